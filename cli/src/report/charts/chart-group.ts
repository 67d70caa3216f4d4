import type { ReportedRun } from '../api-figures.ts';
import type { SectionContext } from '../section-context.ts';
import type { ChartGroup } from './chart.ts';

/** Everything that is drawn of one run; null when nothing was measured that could be drawn. */
export function chartGroup(_context: SectionContext, _run: ReportedRun): ChartGroup | null {
  return null;
}
