import type { Load } from '../record/run-record.ts';
import type { Point, Series } from '../record/series-index.ts';
import { quantile } from '../stats/quantile.ts';
import { theilSen } from '../stats/theil-sen.ts';
import { counterIncrease, within } from '../stats/window.ts';
import { worstWindow } from '../stats/worst-window.ts';
import type { Analyzer } from './analyzer.ts';
import { type HeapProcess, heapProcesses } from './heap-process.ts';
import { commonLack, type Evidence, insufficient, ok, problem, type Symptom } from './symptom.ts';
import { type Lack, watch } from './watch.ts';

/**
 * Memory of each Node.js or Java process of the service.
 *
 * - `gc`: over ten seconds the garbage collector took a tenth of the time. The JVM's own aim is 8 % (G1, GCTimeRatio 12)
 *   or 1 % (Parallel); quiet Node runs took 0.1–0.5 %.
 * - `leak`: what stays after collections grows. A heap goes up like the teeth of a saw, so its lowest readings are
 *   compared, tenth by tenth, after the first quarter of the load; a fifth and 16 MB more, still rising in the second
 *   half, over three full collections. A cache that fills looks the same, so the confidence is medium.
 * - `rss-growth`: the process holds half as much again and 128 MB more, still rising, without the heap.
 */
const gcShare = 0.1;
const leastLoadMs = 60_000;
const warmShare = 0.25;
const blocks = 10;
const leastCollections = 3;
const heapGrowth = { share: 0.2, bytes: 16 * 1024 ** 2 };
const rssGrowth = { share: 0.5, bytes: 128 * 1024 ** 2 };

const id = 'heap';

export const heap = {
  id,
  requires: ['load', 'series'],
  analyze: ({ load, series }) => {
    const judged = heapProcesses(series).map((one) => judge(one, series, load));
    const found = problem(
      id,
      judged.flatMap(({ symptoms }) => symptoms).sort((a, b) => weight(a) - weight(b)),
    );
    if (found !== null) return found;
    const evidence = judged.flatMap((one) => one.evidence);
    const lack = commonLack(judged.map((one) => one.lack));
    if (lack !== null) return insufficient(id, lack, evidence);
    if (load.endedAt - load.startedAt < leastLoadMs) return insufficient(id, 'short-run', evidence);
    const unsure = judged.find(({ growth, collections }) => growth?.isLarge && (collections ?? 0) < leastCollections);
    if (unsure !== undefined) {
      const { process } = unsure;
      return insufficient(id, 'few-collections', evidence, { process, collections: unsure.collections ?? 0 });
    }
    const [largest] = [...judged].sort((a, b) => b.heapBytes - a.heapBytes);
    if (largest === undefined) return insufficient(id, 'not-watched', evidence);
    const { process, heapBytes, gc } = largest;
    if (gc === null) return ok(id, evidence, { rule: 'ok-no-gc', process, heapBytes });
    return ok(id, evidence, { process, heapBytes, gcShare: gc.value });
  },
} as const satisfies Analyzer<'load' | 'series'>;

interface Judged {
  readonly process: string;
  readonly symptoms: readonly Symptom[];
  readonly evidence: readonly Evidence[];
  readonly lack: Lack | null;
  readonly growth: Growth | null;
  /** Full collections during the load; null where nobody counts any. */
  readonly collections: number | null;
  readonly heapBytes: number;
  readonly gc: { readonly value: number; readonly from: number; readonly to: number } | null;
}

function judge(one: HeapProcess, series: Series, load: Load): Judged {
  const { process, heapKey, rssKey, gcKey } = one;
  const settled = watch({ ...series, points: new Map([[heapKey, one.heap]]) }, heapKey, load);
  const isLong = load.endedAt - load.startedAt >= leastLoadMs;
  const growth = isLong ? growthOf(one.heap, load, heapGrowth) : null;
  const rss = isLong ? growthOf(one.rss, load, rssGrowth) : null;
  // A kind of collection has no counter before its first.
  const wasWatched = one.heap.some(({ t }) => t < load.startedAt);
  const collections = one.fullCollections.reduce<number | null>(
    (sum, points) => (sum ?? 0) + (counterIncrease(points, load.startedAt, load.endedAt, wasWatched) ?? 0),
    one.countsCollections ? 0 : null,
  );
  const gc = settled.lack === 'too-short' ? null : worstWindow(within(one.gc, settled.from, settled.to), 10_000, 7);

  const symptoms: Symptom[] = [];
  if (gc !== null && gc.value >= gcShare) {
    symptoms.push({
      rule: 'gc',
      confidence: 'high',
      evidence: gcEvidence(gcKey, gc),
      detail: { process, gcShare: gc.value },
      surer: [{ id: 'heap-snapshot', values: {} }],
    });
  }
  if (growth?.isLarge && growth.isRising && (collections ?? 0) >= leastCollections) {
    symptoms.push(grows('leak', process, heapKey, growth, { collections: collections ?? 0 }));
  } else if (rss?.isLarge && rss.isRising && !growth?.isLarge) {
    symptoms.push(grows('rss-growth', process, rssKey, rss, {}));
  }
  const last = one.heap.filter(({ t }) => t <= load.endedAt).at(-1)?.value ?? 0;
  return {
    process,
    symptoms,
    evidence: [
      ...(growth === null ? [] : growthEvidence(heapKey, growth)),
      ...(gc === null ? [] : gcEvidence(gcKey, gc)),
    ],
    lack: settled.lack,
    growth,
    collections,
    heapBytes: last,
    gc,
  };
}

interface Growth {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  readonly from: number;
  readonly to: number;
  readonly isLarge: boolean;
  /** Also in the second half. */
  readonly isRising: boolean;
}

/** Of the lowest reading of each tenth. Null where tenths have no reading. */
function growthOf(points: readonly Point[], load: Load, least: typeof heapGrowth): Growth | null {
  const from = load.startedAt + warmShare * (load.endedAt - load.startedAt);
  const stepMs = (load.endedAt - from) / blocks;
  const lowest = Array.from({ length: blocks }, (_, index) =>
    within(points, from + index * stepMs, from + (index + 1) * stepMs).reduce<Point | null>(
      (low, point) => (low === null || point.value < low.value ? point : low),
      null,
    ),
  ).filter((point) => point !== null);
  if (lowest.length < blocks - 2) return null;
  const whole = theilSen(lowest);
  const late = theilSen(lowest.slice(blocks / 2));
  if (whole === null || late === null) return null;
  const level = (some: readonly Point[]) =>
    quantile(
      some.map(({ value }) => value),
      0.5,
    ) ?? 0;
  const first = level(lowest.slice(0, 3));
  const bytes = (whole.slope * (load.endedAt - from)) / 1_000;
  return {
    bytes,
    first,
    last: level(lowest.slice(-3)),
    from,
    to: load.endedAt,
    isLarge: whole.lowest > 0 && bytes >= Math.max(least.bytes, least.share * first),
    isRising: late.slope >= whole.slope / 2,
  };
}

function grows(rule: string, process: string, key: string, growth: Growth, more: Symptom['detail']): Symptom {
  const minutes = (growth.to - growth.from) / 60_000;
  return {
    rule,
    confidence: 'medium',
    evidence: growthEvidence(key, growth),
    detail: {
      process,
      firstBytes: growth.first,
      lastBytes: growth.last,
      perMinuteBytes: growth.bytes / minutes,
      ...more,
    },
    surer: [{ id: 'heap-soak', values: {} }],
  };
}

function weight({ rule }: Symptom): number {
  return ['gc', 'leak', 'rss-growth'].indexOf(rule);
}

function growthEvidence(metric: string, { first, last, from, to }: Growth): Evidence[] {
  return [{ metric, from, to, value: last, unit: 'bytes', comparedWith: { value: first, what: 'lowest-before' } }];
}

function gcEvidence(metric: string, { value, from, to }: { value: number; from: number; to: number }): Evidence[] {
  return [{ metric, from, to, value, unit: 'share', comparedWith: { value: gcShare, what: 'server-bound' } }];
}
