import type { ApiFigures } from './api-figures.ts';

/** Share of system errors among the requests; null: not known. A correct rejection is no failure. */
export function failureRate({ outcomes }: ApiFigures): number | null {
  return outcomes === null || outcomes.requests === 0 ? null : outcomes.failed / outcomes.requests;
}
