import { answerOf } from '../record/expected-answer.ts';
import { isOf, metricKey, metricKeyReader } from '../record/metric-key.ts';
import type { Histogram } from '../record/series.ts';
import type { Series } from '../record/series-index.ts';
import { histogramQuantile, mergeHistograms } from '../stats/histogram.ts';

/** The longest response of one second, in milliseconds. */
export interface LongestAnswer {
  readonly from: number;
  readonly to: number;
  readonly maxMs: number;
}

/** Response times of one API, expected answers only: a request that timed out is an error, not a slow answer. */
export interface AnswerTimes {
  readonly name: string;
  /** `http_req_duration{name:…}` */
  readonly metric: string;
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly seconds: readonly LongestAnswer[];
}

/** By the name of the request. Several APIs together would show the slow one as the tail of the quick one. */
export function answerTimes({ load }: Series): AnswerTimes[] {
  const names = new Map<string, { parts: Histogram[]; seconds: LongestAnswer[] }>();
  const read = metricKeyReader();
  for (const { histograms, from, t } of load) {
    const longest = new Map<string, number>();
    for (const [key, histogram] of Object.entries(histograms)) {
      if (!isOf(key, 'http_req_duration') || !(histogram.count > 0)) continue;
      const { tags } = read(key);
      const answer = answerOf(tags);
      if (answer === 'failed' || answer === 'unknown') continue;
      const name = tags.name ?? '';
      const known = names.get(name) ?? { parts: [], seconds: [] };
      known.parts.push(histogram);
      names.set(name, known);
      longest.set(name, Math.max(longest.get(name) ?? 0, histogram.max));
    }
    for (const [name, maxMs] of longest) names.get(name)?.seconds.push({ from, to: t, maxMs });
  }
  return [...names].map(([name, { parts, seconds }]) => {
    const merged = mergeHistograms(parts);
    return {
      name,
      metric: metricKey('http_req_duration', name === '' ? {} : { name }),
      count: merged.count,
      p50Ms: histogramQuantile(merged, 0.5) ?? 0,
      p99Ms: histogramQuantile(merged, 0.99) ?? 0,
      maxMs: merged.max,
      seconds,
    };
  });
}
