import type { ReportedRun } from '../api-figures.ts';
import { chartGroupId } from '../finding-anchor.ts';
import type { SectionContext } from '../section-context.ts';
import type { ChartGroup } from './chart.ts';
import { chartMarks } from './chart-mark.ts';
import { distributions } from './distribution.ts';
import { timeChart } from './draft-chart.ts';
import { loadCharts } from './load-chart.ts';
import { loadCurves } from './load-curve.ts';
import { binSecondsOf } from './thinning.ts';
import { timeAxis } from './time-axis.ts';
import { topicCharts } from './topic-chart.ts';

/** Everything that is drawn of one run; null when nothing was measured that could be drawn. */
export function chartGroup(context: SectionContext, run: ReportedRun): ChartGroup | null {
  const { runs, say, runName } = context;
  const axis = timeAxis(run);
  if (axis === null) return null;
  const curves = loadCurves(run.series, axis);
  const ofLoad = loadCharts(context, run, curves);
  const ofTopics = topicCharts(context, run, axis);
  const found = distributions(context, run);
  if (ofLoad.length === 0 && ofTopics.charts.length === 0 && found.length === 0) return null;
  const binSeconds = binSecondsOf(axis.length);
  return {
    id: chartGroupId(runs, run),
    runId: run.record.id,
    title: runs.length > 1 ? runName(run.record) : null,
    startedAt: axis.startedAt,
    timeZone: run.record.timeZone,
    seconds: Array.from({ length: Math.ceil(axis.length / binSeconds) }, (_, bin) => bin * binSeconds),
    binSeconds,
    charts: [...ofLoad, ...ofTopics.charts].map((draft) => timeChart(context, draft, binSeconds)),
    distributions: found,
    marks: chartMarks(context, run, axis, curves),
    notes: [
      ...(ofLoad.length === 0 ? [say('charts.no-load')] : []),
      ...(found.length === 0 ? [say('charts.no-distribution')] : []),
      ...ofTopics.notes,
      ...(binSeconds > 1 ? [say('charts.thinned', { seconds: binSeconds })] : []),
    ],
  };
}
