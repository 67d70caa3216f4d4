import type { Load, Scenario } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { quantile } from '../stats/quantile.ts';
import { within } from '../stats/window.ts';
import { loadLevels } from './load-level.ts';
import { leastInFlight, type QueueSecond, queueSeconds } from './queue-second.ts';

/** Do requests pile up before or in the service, as its users and its own gauges saw it? */
export interface LoadQueue {
  /** Seconds that were looked at: without the start, in which connections are made, and without the run-out. */
  readonly from: number;
  readonly to: number;
  readonly secondCount: number;
  /** Whole seconds, epoch ms, in which they piled up; all of them where those are too few to tell. */
  readonly seconds: ReadonlySet<number>;
  /** Of the seconds that were looked at. */
  readonly slowShare: number;
  /** Requests at the same time by Little's law, X · R: median of `seconds`. */
  readonly inFlight: number;
  /** Mean response time of these seconds, and the fastest 1 % of the run. Milliseconds. */
  readonly meanMs: number;
  readonly bestMs: number;
  /** Arrivals that k6 could not start, of all that were due. */
  readonly droppedShare: number;
  /** Answers 503 and 429, of all. */
  readonly refusedShare: number;
  /** Requests at the same time in the first and in the last third. */
  readonly firstThird: number;
  readonly lastThird: number;
}

const settleMs = 2_000;
/** Fewer are no data. */
export const leastSeconds = 7;

/** The first step of the load that piles up, else the whole; too short where it ended before the start had settled. */
export function loadQueue(
  load: Load,
  scenario: Scenario | null,
  series: Series,
): LoadQueue | 'no-requests' | 'too-short' {
  const began = series.load.find(({ counters }) => Object.values(counters).some((count) => count > 0))?.from;
  if (began === undefined) return 'no-requests';
  const plannedMs = scenario?.plannedMs ?? 0;
  const to = plannedMs > 0 ? Math.min(load.endedAt, began + plannedMs) : load.endedAt;
  const seconds = queueSeconds(series);
  const steps = loadLevels(scenario, series).flatMap((level) => queueOf(seconds, level.from + 1_000, level.to) ?? []);
  const slowStep = steps.find((step) => step.secondCount >= leastSeconds && pilesUp(step));
  const from = Math.max(load.startedAt, began) + settleMs;
  const found = slowStep ?? queueOf(seconds, from, to);
  if (found !== null) return found;
  return insideOf(seconds, from, to).length > 0 || seconds.every(({ answers }) => answers === 0)
    ? 'no-requests'
    : 'too-short';
}

const slowOften = 0.3;
type Shares = Pick<LoadQueue, 'slowShare' | 'droppedShare' | 'refusedShare'>;

/** Bounds: 30 % of the seconds are more than the hiccups of a busy machine; 1 % of arrivals more than a late start of users. */
export function pilesUp({ slowShare, droppedShare, refusedShare }: Shares): boolean {
  return slowShare >= slowOften || droppedShare >= 0.01 || refusedShare >= 0.01;
}

/** Neither slow for more than a hiccup, nor short of its rate, nor rising. */
export function flowsFreely({ slowShare, droppedShare, refusedShare, firstThird, lastThird }: LoadQueue): boolean {
  const rises = lastThird >= leastInFlight && lastThird >= 2 * firstThird;
  return slowShare < 0.1 && droppedShare < 0.005 && refusedShare < 0.001 && !rises;
}

function insideOf(all: readonly QueueSecond[], from: number, to: number): QueueSecond[] {
  return within(all, from, to).filter((second) => second.from >= from - 1_000);
}

function queueOf(all: readonly QueueSecond[], from: number, to: number): LoadQueue | null {
  const inside = insideOf(all, from, to);
  if (inside.length === 0 || inside.every(({ answers, isSlow }) => answers === 0 && !isSlow)) return null;
  const slow = inside.filter(({ isSlow }) => isSlow);
  const total = (of: (second: QueueSecond) => number, seconds: readonly QueueSecond[] = inside) =>
    seconds.reduce((sum, second) => sum + of(second), 0);
  const dropped = total((second) => second.dropped);
  const due = total((second) => second.due);
  const answers = total((second) => second.answers);
  const refused = total((second) => second.refused);
  const slowShare = slow.length / inside.length;
  const shares = { slowShare, droppedShare: ratio(dropped, dropped + due), refusedShare: ratio(refused, answers) };
  const isTold = slowShare >= slowOften || (slow.length >= 3 && pilesUp(shares));
  const chosen = isTold ? slow : inside;
  const third = Math.ceil(inside.length / 3);
  const level = (seconds: readonly QueueSecond[]) => median(seconds.map(({ inFlight }) => inFlight));
  return {
    from,
    to,
    secondCount: inside.length,
    seconds: new Set(chosen.map(({ at }) => at)),
    ...shares,
    inFlight: level(chosen),
    meanMs: ratio(
      total((second) => second.durationMs, chosen),
      total((second) => second.answers, chosen),
    ),
    bestMs: median(inside.map(({ bestMs }) => bestMs).filter(Number.isFinite)),
    firstThird: level(inside.slice(0, third)),
    lastThird: level(inside.slice(-third)),
  };
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5) ?? 0;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
