import { parseMetricKey } from '../record/metric-key.ts';
import type { Series } from '../record/series-index.ts';

/** Requests of one name by what became of them; exact, from k6's own counters. */
export interface OutcomeCount {
  readonly requests: number;
  readonly success: number;
  /** Refused as it should be: 409, 410, … that the script expects. */
  readonly rejected: number;
  readonly failed: number;
  /** Correct rejections by status, the lowest first: 409, 410, … */
  readonly rejections: ReadonlyArray<{ readonly status: number; readonly count: number }>;
}

interface Tally {
  success: number;
  rejected: number;
  failed: number;
  readonly byStatus: Map<number, number>;
}

/** By the `name` tag. Null when the series holds no export of k6 at all: then nothing is known, not even "none". */
export function countOutcomes(series: Series): ReadonlyMap<string, OutcomeCount> | null {
  if (series.load.length === 0) return null;
  const tallies = new Map<string, Tally>();
  for (const { counters } of series.load) {
    for (const [key, count] of Object.entries(counters)) {
      if (!key.startsWith('http_reqs{')) continue;
      const { tags } = parseMetricKey(key);
      if (tags.name !== undefined) add(tallyOf(tallies, tags.name), tags, count);
    }
  }
  return new Map([...tallies].map(([name, tally]) => [name, closed(tally)]));
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const tally = tallies.get(name) ?? { success: 0, rejected: 0, failed: 0, byStatus: new Map() };
  tallies.set(name, tally);
  return tally;
}

function add(tally: Tally, tags: Readonly<Record<string, string>>, count: number): void {
  const status = Number(tags.status);
  if (!isExpected(tags.expected_response, status)) tally.failed += count;
  else if (status >= 400) {
    tally.rejected += count;
    tally.byStatus.set(status, (tally.byStatus.get(status) ?? 0) + count);
  } else tally.success += count;
}

/** A script that switched k6's response callback off has no such tag; k6's own rule is 200–399. */
function isExpected(tag: string | undefined, status: number): boolean {
  return tag === undefined ? status >= 200 && status < 400 : tag === 'true';
}

function closed({ success, rejected, failed, byStatus }: Tally): OutcomeCount {
  const rejections = [...byStatus].sort(([a], [b]) => a - b).map(([status, count]) => ({ status, count }));
  return { requests: success + rejected + failed, success, rejected, failed, rejections };
}
