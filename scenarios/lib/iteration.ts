import { scenario } from 'k6/execution';
import type { LoadShape } from './profile.ts';

/** Number of this iteration in the whole run: the same for the same profile, and never the same in two steps. */
export function iterationNumber({ steps }: LoadShape): number {
  const step = steps.find(({ name }) => name === scenario.name);
  return (step?.firstIteration ?? 0) + scenario.iterationInTest;
}
