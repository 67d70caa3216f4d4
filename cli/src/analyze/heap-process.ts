import { parseMetricKey } from '../record/metric-key.ts';
import type { Point, Series } from '../record/series-index.ts';
import { increases } from '../stats/window.ts';
import { keysOf } from './signal.ts';
import { finitePoints } from './watch.ts';

/** Memory of one process, as prom-client (Node.js) or Micrometer (Java) tells it. */
export interface HeapProcess {
  readonly process: string;
  /** A metric that stands for it in evidence. */
  readonly heapKey: string;
  readonly rssKey: string;
  readonly gcKey: string;
  /** Bytes in use. */
  readonly heap: readonly Point[];
  readonly rss: readonly Point[];
  /** Share of the time that the collector took, over each second. */
  readonly gc: readonly Point[];
  /** Counters of full collections. */
  readonly fullCollections: ReadonlyArray<readonly Point[]>;
  /** False where no collection of any kind is counted. */
  readonly countsCollections: boolean;
}

const kinds = [
  { heap: 'nodejs_heap_size_used_bytes', tags: {}, gc: 'nodejs_gc_duration_seconds', full: /^major$/, label: 'kind' },
  { heap: 'jvm_memory_used_bytes', tags: { area: 'heap' }, gc: 'jvm_gc_pause_seconds', full: /major/, label: 'action' },
] as const;

export function heapProcesses(series: Series): HeapProcess[] {
  return kinds.flatMap((kind) => {
    const keys = keysOf(series, kind.heap, kind.tags);
    const processes = [...new Set(keys.map((key) => parseMetricKey(key).tags.process ?? ''))];
    return processes.map((process): HeapProcess => {
      const heapKeys = keys.filter((key) => (parseMetricKey(key).tags.process ?? '') === process);
      const tags = process === '' ? {} : { process };
      const sums = keysOf(series, `${kind.gc}_sum`, tags);
      const counts = keysOf(series, `${kind.gc}_count`, tags);
      const rssKey =
        keysOf(series, 'process_rss_bytes', tags)[0] ?? keysOf(series, 'process_resident_memory_bytes', tags)[0] ?? '';
      return {
        process,
        heapKey: heapKeys[0] ?? kind.heap,
        rssKey,
        gcKey: sums[0] ?? `${kind.gc}_sum`,
        heap: addUp(heapKeys.map((key) => finitePoints(series, key))),
        rss: finitePoints(series, rssKey),
        gc: addUp(sums.map((key) => shares(finitePoints(series, key)))),
        fullCollections: counts
          .filter((key) => kind.full.test(parseMetricKey(key).tags[kind.label] ?? ''))
          .map((key) => finitePoints(series, key)),
        countsCollections: counts.length > 0,
      };
    });
  });
}

function shares(points: readonly Point[]): Point[] {
  return increases(points).flatMap(({ t, value, seconds }) => (seconds > 0 ? [{ t, value: value / seconds }] : []));
}

/** Readings of the same moment; one that a list does not have counts as none there. */
function addUp(lists: ReadonlyArray<readonly Point[]>): Point[] {
  const sums = new Map<number, number>();
  for (const { t, value } of lists.flat()) sums.set(t, (sums.get(t) ?? 0) + value);
  return [...sums].map(([t, value]) => ({ t, value })).sort((a, b) => a.t - b.t);
}
