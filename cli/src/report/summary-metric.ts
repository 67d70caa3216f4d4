import { parseMetricKey, selects } from '../record/metric-key.ts';
import type { RunRecord } from '../record/run-record.ts';

export type SummaryMetric = NonNullable<NonNullable<RunRecord['load']>['summary']>[string];

/** A metric of k6's summary by name and exactly these tags, in whatever order k6 wrote them. */
export function summaryOf(
  record: RunRecord,
  name: string,
  tags: Readonly<Record<string, string>> = {},
): SummaryMetric | null {
  const wanted = { name, tags };
  for (const [key, metric] of Object.entries(record.load?.summary ?? {})) {
    const candidate = parseMetricKey(key);
    if (selects(wanted, candidate) && selects(candidate, wanted)) return metric;
  }
  return null;
}
