import type { RunRecord } from '../record/run-record.ts';
import type { ReportedRun } from './api-figures.ts';
import { comparisonsOf } from './comparison.ts';

/**
 * What tells runs of one scenario apart, for those that have a twin: the settings that differ with the number of the repeat
 * (`ISSUE_STRATEGY=lua #2`), or else their ids (before and after a change).
 */
export function runMarks(runs: readonly ReportedRun[]): ReadonlyMap<RunRecord, string> {
  const marks = new Map<RunRecord, string>();
  const scenarios = runs.map(({ record }) => record.scenario?.name ?? null);
  for (const { record } of runs) {
    const name = record.scenario?.name ?? null;
    if (name !== null && scenarios.filter((other) => other === name).length > 1) marks.set(record, record.id);
  }
  for (const { settings, variants } of comparisonsOf(runs)) {
    if (settings.length === 0) continue;
    for (const variant of variants) {
      for (const [index, { record }] of variant.runs.entries()) marks.set(record, `${variant.name} #${index + 1}`);
    }
  }
  return marks;
}
