import type { PrometheusSample } from '../probes/prometheus-text.ts';

const histogram = 'http_request_duration_seconds';

/** Running totals of one process, as its page has them. */
export interface AnswerCount {
  /** Successes and correct rejections that took no longer than they may. A fraction where the limit lies within a bucket. */
  readonly good: number;
  readonly bad: number;
  /** Null where the page does not say. */
  readonly inFlight: number | null;
  /** The page has the histogram at all. */
  readonly isExposed: boolean;
}

type Labels = Readonly<Record<string, string>>;

interface Series {
  readonly labels: Labels;
  count: number;
  readonly buckets: Array<{ readonly atMost: number; readonly count: number }>;
}

/** @param isLeftOut of which series nothing is counted: the canary's own */
export function countAnswers(
  page: readonly PrometheusSample[],
  latencyMs: number,
  isLeftOut: (labels: Labels) => boolean,
): AnswerCount {
  const all = seriesOf(page);
  let [good, bad] = [0, 0];
  for (const series of all.filter(({ labels }) => !isLeftOut(labels))) {
    const inTime = isError(series.labels) ? 0 : countInTime(series, latencyMs / 1_000);
    good += inTime;
    bad += series.count - inTime;
  }
  const inFlight = page.find(({ name }) => name === 'http_requests_in_flight')?.value;
  return { good, bad, inFlight: inFlight ?? null, isExposed: all.length > 0 };
}

/** Says of a series whether it counts requests for that URL; `/things/:id` and `/things/{id}` stand for `/things/1`. */
export function isRouteOf(url: string | null): (labels: Labels) => boolean {
  if (url === null) return () => false;
  const asked = new URL(url).pathname.split('/');
  return ({ route, method = 'GET' }) => {
    const parts = route?.split('/') ?? [];
    const fits = (part: string, index: number) => part === asked[index] || /^[:{<*]/.test(part);
    return method === 'GET' && parts.length === asked.length && parts.every(fits);
  };
}

function seriesOf(page: readonly PrometheusSample[]): Series[] {
  const found = new Map<string, Series>();
  for (const { name, labels, value } of page) {
    if (name !== `${histogram}_bucket` && name !== `${histogram}_count`) continue;
    const { le, ...own } = labels;
    const key = JSON.stringify(own);
    const series = found.get(key) ?? { labels: own, count: 0, buckets: [] };
    found.set(key, series);
    if (name.endsWith('_count')) series.count = value;
    else series.buckets.push({ atMost: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), count: value });
  }
  return [...found.values()];
}

/** By its own word where it says an outcome, else by the status. */
function isError({ outcome, status_code, status, code }: Labels): boolean {
  return outcome === undefined ? /^5/.test(status_code ?? status ?? code ?? '') : outcome === 'error';
}

/** Spread evenly over a bucket, as Prometheus has it; beyond the last bound nobody knows, so that it counts as in time. */
function countInTime({ count, buckets }: Series, limitSeconds: number): number {
  const sorted = [...buckets].sort((a, b) => a.atMost - b.atMost);
  const at = sorted.findIndex(({ atMost }) => atMost >= limitSeconds);
  const bucket = sorted[at];
  if (bucket === undefined || bucket.atMost === Number.POSITIVE_INFINITY) return count;
  const below = sorted[at - 1] ?? { atMost: 0, count: 0 };
  const share = (limitSeconds - below.atMost) / (bucket.atMost - below.atMost);
  return below.count + share * (bucket.count - below.count);
}
