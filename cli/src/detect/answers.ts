import { quantile } from '../stats/quantile.ts';
import { type AnswerCount, countAnswers, isRouteOf } from './answer-count.ts';
import { createCountedSignal, type Tally } from './counted-signal.ts';
import type { Reading, ScrapeReading } from './reading.ts';
import type { Stream } from './stream.ts';

const name = 'answers';
/** Requests in flight at the moment of a scrape that mean nothing: the last of a load that ends, the canary's own. */
const fewInFlight = 3;
/** One that was slow may be a chance. */
const canariesLost = 3;

export interface AnswersOptions {
  /** A good answer takes no longer. */
  readonly latencyMs: number;
  /** Its requests are no part of the load. */
  readonly canaryUrl: string | null;
}

export interface AnswerStream extends Stream {
  /** First scrape that had counted requests other than the canary's; null as long as there were none. */
  readonly trafficAt: number | null;
  /** Whether a process shows the histogram; null as long as none was scraped. */
  readonly isExposed: boolean | null;
}

/** What one process answered from one scrape to the next. */
interface Interval {
  readonly t: number;
  readonly process: string;
  readonly seconds: number;
  readonly good: number;
  readonly bad: number;
  readonly inFlight: number | null;
  /** The scrape failed: what was answered meanwhile is not known, and taken for nothing. */
  readonly isLost: boolean;
  readonly isCanaryLost: boolean;
}

/**
 * What the service says of its own answers in `http_request_duration_seconds`. Bad are errors of the system, slow ones, and those
 * that are missing under a load that asks at its own pace: a hang has no errors. A load that has ended is missing, too, but has
 * left nothing in flight. All of the usual rate is bad for a second in which the process could not be scraped.
 */
export function answerStream({ latencyMs, canaryUrl }: AnswersOptions): AnswerStream {
  const counted = createCountedSignal(name);
  const isCanary = isRouteOf(canaryUrl);
  const former = new Map<string, AnswerCount & { readonly t: number }>();
  let learned: Interval[] = [];
  /** Answers a second that are usual, by process; null while it learns. */
  let usual: ReadonlyMap<string, number> | null = null;
  let lostCanaries = 0;
  let trafficAt: number | null = null;
  let isExposed: boolean | null = null;

  const measure = ({ t, process, page }: ScrapeReading): Interval | null => {
    const before = former.get(process);
    const isCanaryLost = lostCanaries >= canariesLost;
    if (page === null) {
      // The second that it stands for is judged with it, and does not count once more at the next answer.
      if (before !== undefined) former.set(process, { ...before, t });
      return { t, process, seconds: 1, good: 0, bad: 0, inFlight: null, isLost: true, isCanaryLost };
    }
    const count = countAnswers(page, latencyMs, isCanary);
    isExposed = isExposed === true || count.isExposed;
    former.set(process, { ...count, t });
    if (before === undefined || t <= before.t) return null;
    const grown = growth(before, count);
    return {
      t,
      process,
      seconds: (t - before.t) / 1_000,
      ...grown,
      inFlight: count.inFlight,
      isLost: false,
      isCanaryLost,
    };
  };

  const tallyOf = (interval: Interval, rate: number): Tally => {
    const { t, good, bad, seconds, isLost } = interval;
    if (isLost) return { t, good: 0, bad: rate * seconds };
    return { t, good, bad: bad + missing(interval, rate, latencyMs) };
  };

  return {
    name,
    get trafficAt() {
      return trafficAt;
    },
    get isExposed() {
      return isExposed;
    },
    observe: (reading: Reading) => {
      if (reading.kind === 'canary') lostCanaries = reading.good ? 0 : lostCanaries + 1;
      if (reading.kind !== 'scrape') return [];
      const interval = measure(reading);
      if (interval === null) return [];
      if (usual !== null) return counted.judge(tallyOf(interval, usual.get(interval.process) ?? 0));
      learned.push(interval);
      if (interval.good + interval.bad > 0) trafficAt ??= interval.t;
      return [];
    },
    begin: (t) => {
      learned = learned.filter((interval) => interval.t >= t);
    },
    calibrate: () => {
      if (isExposed !== true) return null;
      const rates = usualRates(learned);
      usual = rates;
      const tallies = learned.map((interval) => tallyOf(interval, rates.get(interval.process) ?? 0));
      learned = [];
      return counted.calibrate(tallies);
    },
    values: () => counted.values(),
  };
}

/** Counters that went back were begun anew with the process: all that they hold is new. */
function growth(before: AnswerCount, next: AnswerCount): { good: number; bad: number } {
  const isNew = next.good + next.bad < before.good + before.bad;
  if (isNew) return { good: next.good, bad: next.bad };
  return { good: Math.max(0, next.good - before.good), bad: Math.max(0, next.bad - before.bad) };
}

/**
 * Answers that the usual rate lacks, as far as requests are there that wait for one. By Little's law as many are in flight as come
 * in the time that an answer takes: more than come within `latencyMs` are slow already. When not even the canary
 * is answered, the requests may not get as far as the count.
 */
function missing(interval: Interval, rate: number, latencyMs: number): number {
  const answered = interval.good + interval.bad;
  const lacking = Math.max(0, rate * interval.seconds - answered);
  if (interval.isCanaryLost) return lacking;
  if (interval.inFlight === null) return 0;
  const inTime = Math.max(fewInFlight, (answered / interval.seconds) * (latencyMs / 1_000));
  return Math.min(lacking, Math.max(0, interval.inFlight - inTime));
}

/** Medians, which a start that was cut in two or a second that stood still cannot turn. */
function usualRates(learned: readonly Interval[]): ReadonlyMap<string, number> {
  const rates = new Map<string, number[]>();
  for (const { process, good, bad, seconds, isLost } of learned) {
    if (!isLost) rates.set(process, [...(rates.get(process) ?? []), (good + bad) / seconds]);
  }
  return new Map([...rates].map(([process, values]) => [process, quantile(values, 0.5) ?? 0]));
}
