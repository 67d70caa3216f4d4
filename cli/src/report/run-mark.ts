import type { RunRecord } from '../record/run-record.ts';
import type { ReportedRun } from './api-figures.ts';
import { comparisonsOf } from './comparison.ts';
import { type DrilledRun, drilledRuns } from './drill/drilled-run.ts';

/**
 * What tells runs of one scenario apart, for those that have a twin: the settings that differ with the number of the repeat
 * (`ISSUE_STRATEGY=lua #2`), or else their ids (before and after a change). A drill has always one: what was broken.
 */
export function runMarks(runs: readonly ReportedRun[]): ReadonlyMap<RunRecord, string> {
  const marks = new Map<RunRecord, string>();
  const loads = runs.filter(({ record }) => record.drill === null);
  const scenarios = loads.map(({ record }) => record.scenario?.name ?? null);
  for (const { record } of loads) {
    const name = record.scenario?.name ?? null;
    if (name !== null && scenarios.filter((other) => other === name).length > 1) marks.set(record, record.id);
  }
  for (const { settings, variants } of comparisonsOf(loads)) {
    if (settings.length === 0) continue;
    for (const variant of variants) {
      for (const [index, { record }] of variant.runs.entries()) marks.set(record, `${variant.name} #${index + 1}`);
    }
  }
  const drills = drilledRuns(runs);
  const names = drills.map(drillMark);
  for (const [index, { run }] of drills.entries()) {
    const name = names[index] ?? run.record.id;
    marks.set(run.record, names.filter((other) => other === name).length > 1 ? run.record.id : name);
  }
  return marks;
}

/** `lock-orphan + lock-timeout #2` */
function drillMark({ drill: { fault, mitigation, repeat } }: DrilledRun): string {
  const name = mitigation === null ? fault : `${fault} + ${mitigation}`;
  return repeat.of > 1 ? `${name} #${repeat.number}` : name;
}
