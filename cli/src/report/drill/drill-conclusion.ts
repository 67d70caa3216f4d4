import type { SectionContext } from '../section-context.ts';
import { placeboText, worstLines } from './drill-overview.ts';
import { isPlacebo } from './drilled-run.ts';

/** What the drills showed: the worst of each kind of failure, and whether the detector was quiet while nothing was broken. */
export function drillConclusion(context: SectionContext): string[] {
  const placebos = context.drills.filter(isPlacebo);
  return [...worstLines(context), ...placebos.map((one) => placeboText(context, one))];
}
