export { hadNothingToCheck } from '../record/invariant-scope.ts';
