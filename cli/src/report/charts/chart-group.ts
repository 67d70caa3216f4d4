import type { ReportedRun } from '../api-figures.ts';
import { chartGroupId } from '../finding-anchor.ts';
import type { SectionContext } from '../section-context.ts';
import type { ChartGroup } from './chart.ts';
import { chartMarks } from './chart-mark.ts';
import { distributions } from './distribution.ts';
import { type DraftChart, timeChart } from './draft-chart.ts';
import { drillMarks } from './drill-mark.ts';
import { loadCharts } from './load-chart.ts';
import { loadCurves } from './load-curve.ts';
import { binSecondsOf } from './thinning.ts';
import { type TimeAxis, timeAxis } from './time-axis.ts';
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
  return {
    ...drawn(context, run, axis, [...ofLoad, ...ofTopics.charts]),
    id: chartGroupId(runs, run),
    title: runs.length > 1 ? runName(run.record) : null,
    distributions: found,
    marks: chartMarks(context, run, axis, curves),
    notes: [
      ...(ofLoad.length === 0 ? [say('charts.no-load')] : []),
      ...(found.length === 0 ? [say('charts.no-distribution')] : []),
      ...ofTopics.notes,
      ...thinnedNote(context, axis),
    ],
  };
}

/** What a drill is read from: outcomes, response times and what waits. */
const chartsOfDrill = new Set(['throughput', 'latency', 'backlog']);

/** The few charts of a drill with its moments; null when nothing of them was measured. */
export function drillChartGroup(
  context: SectionContext,
  run: ReportedRun,
  { id, title }: Pick<ChartGroup, 'id' | 'title'>,
): ChartGroup | null {
  const axis = timeAxis(run);
  if (axis === null) return null;
  const all = [...loadCharts(context, run, loadCurves(run.series, axis)), ...topicCharts(context, run, axis).charts];
  const drafts = all.filter((draft) => chartsOfDrill.has(draft.id));
  if (drafts.length === 0) return null;
  return {
    ...drawn(context, run, axis, drafts),
    ...{ id, title, distributions: [] },
    marks: drillMarks(context, run, axis),
    notes: thinnedNote(context, axis),
  };
}

function drawn(
  context: SectionContext,
  { record }: ReportedRun,
  axis: TimeAxis,
  drafts: readonly DraftChart[],
): Pick<ChartGroup, 'runId' | 'startedAt' | 'timeZone' | 'seconds' | 'binSeconds' | 'charts'> {
  const binSeconds = binSecondsOf(axis.length);
  return {
    runId: record.id,
    startedAt: axis.startedAt,
    timeZone: record.timeZone,
    seconds: Array.from({ length: Math.ceil(axis.length / binSeconds) }, (_, bin) => bin * binSeconds),
    binSeconds,
    charts: drafts.map((draft) => timeChart(context, draft, binSeconds)),
  };
}

function thinnedNote({ say }: SectionContext, { length }: TimeAxis): string[] {
  const seconds = binSecondsOf(length);
  return seconds > 1 ? [say('charts.thinned', { seconds })] : [];
}
