import { type Metric, parseMetricKey } from '../../record/metric-key.ts';
import type { ReportedRun } from '../api-figures.ts';
import { findingAnchor } from '../finding-anchor.ts';
import { loadTime } from '../load-time.ts';
import type { SectionContext } from '../section-context.ts';
import { stepsOf } from '../step.ts';
import { stepName } from '../step-text.ts';
import type { ChartMark } from './chart.ts';
import { drillMarks } from './drill-mark.ts';
import type { LoadCurves } from './load-curve.ts';
import { clipped, secondsAt, stretchMark } from './mark-place.ts';
import { crossings } from './threshold-crossing.ts';
import type { TimeAxis } from './time-axis.ts';

/** More of a kind would hide what they mark. */
const mostSteps = 20;
const mostStretches = 20;
const mostEvents = 20;
/** A window that is nearly the whole load points at nothing. */
const nearlyAll = 0.9;

export function chartMarks(context: SectionContext, run: ReportedRun, axis: TimeAxis, curves: LoadCurves): ChartMark[] {
  return [
    ...phases(context, run, axis),
    ...thresholds(context, run, axis, curves),
    ...findings(context, run, axis),
    ...events(context, run, axis),
    ...drillMarks(context, run, axis),
  ];
}

/** The steps of the load where it has some, and what followed it. */
function phases(context: SectionContext, run: ReportedRun, axis: TimeAxis): ChartMark[] {
  const { record } = run;
  const time = loadTime(run);
  const began = time === null ? 0 : secondsAt(axis, time.beganAt);
  const steps = stepsOf(record)
    .slice(0, mostSteps)
    .map((step) => stretchMark('phase', stepName(context, step), began + step.startMs / 1_000, step.lengthMs / 1_000));
  const others = record.phases
    .filter(({ name }) => name === 'warmup' || name === 'reset' || name === 'drain')
    .map(({ name, startedAt, endedAt }) => {
      const from = secondsAt(axis, startedAt);
      const to = endedAt === null ? axis.length : secondsAt(axis, endedAt);
      return stretchMark('phase', context.say(`chart-mark.${name}`), from, to - from);
    });
  return [...steps, ...others].flatMap((one) => clipped(one, axis));
}

function thresholds(context: SectionContext, run: ReportedRun, axis: TimeAxis, curves: LoadCurves): ChartMark[] {
  const all = run.record.judgement?.thresholds ?? [];
  return crossings(all, curves, run.series, axis).flatMap(({ threshold, seconds }) => {
    const metric = parseMetricKey(threshold.metric);
    const label = context.say('chart-mark.threshold', { expression: threshold.expression, metric: shortName(metric) });
    return stretches(seconds)
      .sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from)
      .slice(0, mostStretches)
      .sort((a, b) => a.from - b.from)
      .map(({ from, to }): ChartMark => ({ kind: 'threshold', label, from, to, anchor: null }));
  });
}

/** Neighbouring seconds as one stretch, also across a single second between them. */
function stretches(seconds: readonly number[]): Array<{ from: number; to: number }> {
  const found: Array<{ from: number; to: number }> = [];
  for (const second of seconds) {
    const last = found.at(-1);
    if (last !== undefined && second - last.to <= 1) last.to = second + 1;
    else found.push({ from: second, to: second + 1 });
  }
  return found;
}

/** A long label is cut off at the chart's edge: of response times the API is enough. */
function shortName({ name, tags }: Metric): string {
  if (tags.name === undefined) return name;
  return name === 'http_req_duration' ? tags.name : `${name} ${tags.name}`;
}

function findings({ runs, name }: SectionContext, run: ReportedRun, axis: TimeAxis): ChartMark[] {
  const { load, judgement } = run.record;
  const loadMs = load === null ? 0 : load.endedAt - load.startedAt;
  return (judgement?.findings ?? [])
    .filter(({ outcome }) => outcome === 'problem')
    .flatMap(({ id, evidence }) => {
      const label = name('finding', id);
      const windows = new Map<string, ChartMark>();
      for (const { from, to } of evidence) {
        if (from === null || to === null || to - from > nearlyAll * loadMs) continue;
        const [begin, end] = [secondsAt(axis, from), secondsAt(axis, to)];
        const anchor = findingAnchor(runs, run, id);
        windows.set(`${from} ${to}`, { kind: 'finding', label, from: begin, to: end, anchor });
      }
      return [...windows.values()];
    })
    .flatMap((one) => clipped(one, axis));
}

function events({ say, has }: SectionContext, { series }: ReportedRun, axis: TimeAxis): ChartMark[] {
  return series.events
    .filter(({ name }) => name !== 'phase')
    .slice(0, mostEvents)
    .map(({ t, name, subject }): ChartMark => {
      const label = has(`chart-mark.${name}`) ? say(`chart-mark.${name}`, { subject }) : `${name} ${subject}`;
      return { kind: 'event', label, from: secondsAt(axis, t), to: null, anchor: null };
    })
    .flatMap((one) => clipped(one, axis));
}
