import { hadNothingToCheck } from '../record/invariant-scope.ts';
import { eventLoopTimerMs } from '../record/metric-catalog.ts';
import type { Invariant, RunRecord } from '../record/run-record.ts';
import { isOfService } from '../record/service-process.ts';
import type { ReportedRun } from './api-figures.ts';
import type { SectionContext } from './section-context.ts';
import { growthOf, lowestOf, named, type Peak, peakOf, type Window } from './series-figure.ts';

/** The kinds of failure of the reference report, in its order, with their level. */
export const failureKinds = [
  { id: 'lock', level: 'L2' },
  { id: 'deadlock', level: 'L3' },
  { id: 'surge', level: 'L1' },
  { id: 'lag', level: 'L2' },
] as const;

export type FailureId = (typeof failureKinds)[number]['id'];

/** What a run measured about a kind of failure: one text per figure, in words. Empty: nothing of it was watched. */
export function failureMeasures(context: SectionContext, run: ReportedRun, id: FailureId): string[] {
  const { load } = run.record;
  if (load === null) return [];
  const during = { from: load.startedAt, to: load.endedAt };
  return measures[id](context, run, during).filter((text) => text !== null);
}

type Measure = (context: SectionContext, run: ReportedRun, during: Window) => Array<string | null>;

const measures: Readonly<Record<FailureId, Measure>> = { lock, deadlock, surge, lag };

function lock(context: SectionContext, { record, series }: ReportedRun, during: Window): Array<string | null> {
  const { say } = context;
  const waits = growthOf(series, ({ name }) => /lock_wait_seconds_count$/.test(name), during);
  const seconds = growthOf(series, ({ name }) => /lock_wait_seconds_sum$/.test(name), during);
  const left = lowestOf(series, named('redis_lock_ttl_ms'), during);
  return [
    violations(context, record, 'duplicate-issue'),
    violations(context, record, 'over-issue'),
    waits === null ? null : waited(context, 'measured.lock-waits', waits, seconds === null ? null : seconds * 1_000),
    left === null ? null : say(left.value < 0 ? 'measured.lock-forever' : 'measured.lock-ttl', ttl(context, left)),
  ];
}

function ttl({ format }: SectionContext, { value }: Peak): { left: string } {
  return { left: format.span(Math.max(0, value)) };
}

function deadlock(context: SectionContext, { series }: ReportedRun, during: Window): Array<string | null> {
  const { say, format } = context;
  const deadlocks = growthOf(series, named('mysql_deadlocks'), during);
  const waits = growthOf(series, named('mysql_row_lock_waits'), during);
  const ms = growthOf(series, named('mysql_row_lock_ms'), during);
  return [
    deadlocks === null ? null : say('measured.deadlocks', { count: format.count(deadlocks) }),
    waits === null ? null : waited(context, 'measured.row-lock-waits', waits, ms),
  ];
}

/** With the mean of each; of none there is none. */
function waited({ say, format }: SectionContext, key: string, waits: number, ms: number | null): string {
  const count = format.count(waits);
  return waits === 0 || ms === null
    ? say(`${key}-count`, { count })
    : say(key, { count, mean: format.span(ms / waits) });
}

function surge({ say, format }: SectionContext, { record, series }: ReportedRun, during: Window): Array<string | null> {
  const ofService = (name: string) => (metric: { name: string; tags: Readonly<Record<string, string>> }) =>
    metric.name === name && isOfService(metric.tags.process ?? '');
  const peak = (key: string, name: string, text: (value: number) => string) => {
    const found = peakOf(series, ofService(name), during);
    return found === null ? null : say(key, { value: text(found.value), process: found.tags.process ?? '—' });
  };
  const isWatched = [...series.points.keys()].some((key) => key.startsWith('process_rss_bytes'));
  const exits = series.events.filter(({ name, subject }) => name === 'process-exited' && isOfService(subject));
  return [
    peak('measured.heap', 'nodejs_heap_size_used_bytes', (value) => format.bytes(value)),
    peak('measured.rss', 'process_rss_bytes', (value) => format.bytes(value)),
    peak('measured.event-loop', 'nodejs_eventloop_lag_max_seconds', (value) =>
      format.time(Math.max(0, value * 1_000 - eventLoopTimerMs)),
    ),
    isWatched && record.stack !== null && record.stack.provider !== 'external'
      ? say('measured.exits', { count: format.count(exits.length) })
      : null,
  ];
}

function lag(context: SectionContext, { record, series }: ReportedRun, { from, to }: Window): Array<string | null> {
  const { say, format } = context;
  const drained = record.phases.find(({ name }) => name === 'drain')?.endedAt ?? to;
  const untilDrained = { from, to: Math.max(to, drained) };
  const records = peakOf(series, named('kafka_consumer_lag'), untilDrained);
  const time = peakOf(series, named('kafka_consumer_time_lag_ms'), untilDrained);
  return [
    records === null ? null : say('measured.lag', { count: format.count(records.value) }),
    time === null || records?.value === 0 ? null : say('measured.time-lag', { time: format.span(time.value) }),
    violations(context, record, 'points-missing'),
  ];
}

function violations({ say, name, format }: SectionContext, record: RunRecord, id: Invariant['id']): string | null {
  const invariant = record.invariants.find((one) => one.id === id);
  if (invariant === undefined) return null;
  const title = name('invariant', id);
  if (hadNothingToCheck(invariant)) return say('measured.nothing-to-check', { title });
  if (invariant.outcome === 'undetermined') return say('measured.undetermined', { title });
  return say('measured.violations', { title, count: format.count(invariant.violations) });
}
