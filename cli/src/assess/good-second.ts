import { answerOf } from '../record/expected-answer.ts';
import { isOf, type Metric, metricKeyReader } from '../record/metric-key.ts';
import type { Histogram, LoadLine } from '../record/series.ts';
import type { Series } from '../record/series-index.ts';
import { exportsBySecond } from '../stats/export-second.ts';
import { histogramQuantile, mergeHistograms } from '../stats/histogram.ts';

/** What users got in a second, by the load's own truth. */
export interface GoodSecond {
  /** Epoch milliseconds, as k6's exports have them. */
  readonly from: number;
  readonly to: number;
  /** Length; about 1. */
  readonly seconds: number;
  /** Answers of any kind, and arrivals that k6 could not start. */
  readonly offered: number;
  /** Arrivals that were planned, as a multiple of the baseline's: 1 but in a surge. */
  readonly planned: number;
  /** Answers as they should be: a correct rejection (409, 410) is one. */
  readonly good: number;
  /** System errors, time-outs, answers with the wrong content, arrivals that k6 could not start. */
  readonly bad: number;
  /** Those of them that k6 could not start. */
  readonly unstarted: number;
  readonly durations: Histogram;
  /** Of all answers, milliseconds; null when there was none. */
  readonly p95Ms: number | null;
}

export interface GoodSeconds {
  /** Of all requests together, in the order of time. A second without an export is not there. */
  readonly whole: readonly GoodSecond[];
  /** Of each API, by the `name` tag of its requests. */
  readonly apis: ReadonlyMap<string, readonly GoodSecond[]>;
}

interface Tally {
  answers: number;
  failed: number;
  wrong: number;
  readonly durations: Histogram[];
}

interface TalliedSecond {
  readonly from: number;
  readonly to: number;
  readonly dropped: number;
  readonly whole: Tally;
  readonly apis: ReadonlyMap<string, Tally>;
}

/** @param apis names of the APIs that are kept apart as well */
export function goodSeconds({ load }: Pick<Series, 'load'>, apis: readonly string[]): GoodSeconds {
  const read = metricKeyReader();
  const tallied = exportsBySecond(load).map((lines) => tallySecond(lines, apis, read));
  return {
    whole: tallied.map((second) => toSecond(second, second.whole, 1)),
    apis: new Map(apis.map((api) => [api, secondsOf(tallied, api)])),
  };
}

/** k6 does not say which request an iteration that it could not start would have sent: each API bears its share of them. */
function secondsOf(tallied: readonly TalliedSecond[], api: string): GoodSecond[] {
  const all = tallied.flatMap((second) => [...second.apis.values()]);
  const own = tallied.flatMap((second) => second.apis.get(api) ?? []);
  const share = answersOf(own) / Math.max(1, answersOf(all));
  return tallied.map((second) => toSecond(second, second.apis.get(api) ?? emptyTally(), share));
}

function answersOf(tallies: readonly Tally[]): number {
  return tallies.reduce((sum, { answers }) => sum + answers, 0);
}

function emptyTally(): Tally {
  return { answers: 0, failed: 0, wrong: 0, durations: [] };
}

function tallySecond(
  lines: readonly LoadLine[],
  names: readonly string[],
  read: (key: string) => Metric,
): TalliedSecond {
  const whole = emptyTally();
  const apis = new Map(names.map((name) => [name, emptyTally()]));
  const talliesOf = ({ name = '' }: Metric['tags']): Tally[] => {
    const own = apis.get(name);
    return own === undefined ? [whole] : [whole, own];
  };
  let dropped = 0;
  for (const { counters, histograms } of lines) {
    for (const [key, value] of Object.entries(counters)) {
      if (isOf(key, 'dropped_iterations')) dropped += value;
      else if (isOf(key, 'http_reqs')) countAnswers(talliesOf(read(key).tags), read(key), value);
      else if (isOf(key, 'bad_answers.total') && read(key).tags.condition === 'nonzero') {
        for (const tally of talliesOf(read(key).tags)) tally.wrong += value;
      }
    }
    for (const [key, histogram] of Object.entries(histograms)) {
      if (!isOf(key, 'http_req_duration')) continue;
      for (const tally of talliesOf(read(key).tags)) tally.durations.push(histogram);
    }
  }
  const from = Math.min(...lines.map((line) => line.from));
  return { from, to: Math.max(...lines.map(({ t }) => t)), dropped, whole, apis };
}

function countAnswers(tallies: readonly Tally[], { tags }: Metric, count: number): void {
  const isFailed = answerOf(tags) === 'failed';
  for (const tally of tallies) {
    tally.answers += count;
    if (isFailed) tally.failed += count;
  }
}

function toSecond({ from, to, dropped: all }: TalliedSecond, tally: Tally, share: number): GoodSecond {
  const { answers, failed } = tally;
  const dropped = all * share;
  // An answer that failed may have been found wrong as well.
  const wrong = Math.min(tally.wrong, answers - failed);
  const durations = mergeHistograms(tally.durations);
  return {
    from,
    to,
    seconds: Math.max(0.001, (to - from) / 1_000),
    offered: answers + dropped,
    planned: 1,
    good: answers - failed - wrong,
    bad: failed + wrong + dropped,
    unstarted: dropped,
    durations,
    p95Ms: histogramQuantile(durations, 0.95),
  };
}
