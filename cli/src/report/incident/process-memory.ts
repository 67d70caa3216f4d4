import { eventLoopTimerMs } from '../../record/metric-catalog.ts';
import type { Metric } from '../../record/metric-key.ts';
import { isOfService } from '../../record/service-process.ts';
import { increases, within } from '../../stats/window.ts';
import { type Block, figures, paragraph, subheading } from '../block.ts';
import { matching, peakOf, type Window } from '../series-figure.ts';
import type { IncidentContext } from './incident-context.ts';

/** 근거: what the processes of the service said of their memory before the injection, and from it to the end of the load. */
export function processMemory(context: IncidentContext): Block[] {
  const { say, one } = context;
  const windows = windowsOf(context);
  if (one.drill.failure !== 'surge' || windows === null) return [];
  const rows = processesOf(context).flatMap((process) => rowsOf(context, process, windows));
  if (rows.length === 0) return [];
  return [
    subheading(say('incident.memory')),
    figures(null, [say('head.item'), say('head.before-injection'), say('head.after-injection')], rows),
    paragraph(say('incident.memory-gap')),
  ];
}

interface Windows {
  readonly before: Window;
  readonly after: Window;
}

function windowsOf({ one: { drill, run } }: IncidentContext): Windows | null {
  const baseline = drill.phases.find(({ name }) => name === 'baseline');
  const from = drill.injection?.injectedAt ?? null;
  const end = run.record.load?.endedAt ?? null;
  if (baseline === undefined || from === null || end === null) return null;
  return { before: { from: baseline.startedAt, to: from }, after: { from, to: end } };
}

/** Those that tell of their heap. */
function processesOf({ one: { run } }: IncidentContext): string[] {
  const found = matching(run.series, ({ name }) => name === 'nodejs_heap_size_used_bytes');
  const names = found.map(({ metric }) => metric.tags.process ?? '');
  return [...new Set(names)].filter((name) => name !== '' && isOfService(name));
}

/** Of a process that says none of it no row is there. */
function rowsOf(context: IncidentContext, process: string, { before, after }: Windows): string[][] {
  const { say, format, one } = context;
  const { series } = one.run;
  const of =
    (metric: string) =>
    ({ name, tags }: Metric) =>
      name === metric && tags.process === process;
  const peak = (metric: string) => (window: Window) => peakOf(series, of(metric), window)?.value ?? null;
  const row = (key: string, value: (window: Window) => number | null, text: (value: number) => string): string[][] => {
    const values = [value(before), value(after)];
    if (values.every((one) => one === null)) return [];
    return [[say(key, { process }), ...values.map((one) => (one === null ? '—' : text(one)))]];
  };
  const collection = (window: Window) => longestCollection(context, of('nodejs_gc_duration_seconds_sum'), window);
  const hasQueue = (peak('coupon_intake_waiting')(after) ?? 0) > 0;
  const exits = ({ from, to }: Window) =>
    within(series.events, from, to).filter(({ name, subject }) => name === 'process-exited' && subject === process)
      .length;
  return [
    ...row('incident.memory-heap', peak('nodejs_heap_size_used_bytes'), format.bytes),
    ...row('incident.memory-left', peak('nodejs_heap_after_gc_bytes'), format.bytes),
    ...row('incident.memory-gc', collection, format.share),
    ...row('incident.memory-loop', peak('nodejs_eventloop_lag_max_seconds'), (value) =>
      format.time(Math.max(0, value * 1_000 - eventLoopTimerMs)),
    ),
    ...(hasQueue ? row('incident.memory-waiting', peak('coupon_intake_waiting'), format.count) : []),
    ...row('incident.memory-exits', exits, format.count),
  ];
}

/** Share of the time from one reading to the next that collections of any kind took, at its worst. */
function longestCollection(
  { one: { run } }: IncidentContext,
  isOf: (metric: Metric) => boolean,
  { from, to }: Window,
): number | null {
  const shares = new Map<number, number>();
  for (const { points } of matching(run.series, isOf)) {
    for (const { t, value, seconds } of within(increases(points), from, to)) {
      if (seconds > 0) shares.set(t, (shares.get(t) ?? 0) + value / seconds);
    }
  }
  return shares.size === 0 ? null : Math.min(1, Math.max(...shares.values()));
}
