import type { Load } from '../record/run-record.ts';
import type { ReportedRun } from './api-figures.ts';
import { counterTotals } from './series-total.ts';

export type ScriptCheck = Load['checks'][number];

/** By k6's own count; from the series where k6 left no summary. */
export function scriptChecks({ record, series }: ReportedRun): readonly ScriptCheck[] {
  if (record.load === null || record.load.checks.length > 0) return record.load?.checks ?? [];
  const found = new Map<string, { group: string; name: string; passes: number; fails: number }>();
  for (const { name, tags, value } of counterTotals(series)) {
    if (name !== 'checks.total' || tags.check === undefined) continue;
    const group = tags.group ?? '';
    const key = JSON.stringify([group, tags.check]);
    const check = found.get(key) ?? { group, name: tags.check, passes: 0, fails: 0 };
    check[tags.condition === 'nonzero' ? 'passes' : 'fails'] += value;
    found.set(key, check);
  }
  return [...found.values()];
}
