import type { RunRecord } from '../record/run-record.ts';
import { type ApiFigures, apiFigures, type ReportedRun } from './api-figures.ts';
import { drilledRuns } from './drill/drilled-run.ts';
import { numberFormat } from './number-format.ts';
import { runMarks } from './run-mark.ts';
import type { ReportColumn, SectionContext } from './section-context.ts';
import { namesIn, type Sentences } from './sentences.ts';

/** Beside runs under load drills have no columns: what was broken on purpose is told in the section of failures. */
export function contextOf(all: readonly ReportedRun[], lang: 'ko' | 'en', sentences: Sentences): SectionContext {
  const { say, has } = sentences;
  const marks = runMarks(all);
  const loads = all.filter(({ record }) => record.drill === null);
  const runs = loads.length === 0 ? all : loads;
  return {
    runs,
    drills: drilledRuns(all),
    columns: columnsOf(runs, marks, say),
    say,
    has,
    runName: (record) => {
      const mark = marks.get(record);
      return mark === undefined ? scenarioName(record) : `${scenarioName(record)} (${mark})`;
    },
    format: numberFormat(lang),
    name: namesIn(sentences),
  };
}

export function scenarioName({ scenario, id }: RunRecord): string {
  return scenario?.name ?? id;
}

/** An API that appears in two runs gets beside its name what tells the runs apart. */
function columnsOf(
  runs: readonly ReportedRun[],
  marks: ReadonlyMap<RunRecord, string>,
  say: Sentences['say'],
): ReportColumn[] {
  const columns = runs.flatMap((run) => apiFigures(run).map((api) => ({ heading: headingOf(api, say), run, api })));
  return columns.map((column) => {
    const twin = columns.some((other) => other !== column && other.heading === column.heading);
    const { record } = column.run;
    return twin ? { ...column, heading: `${column.heading} (${marks.get(record) ?? record.id})` } : column;
  });
}

function headingOf({ kind, label, names }: ApiFigures, say: Sentences['say']): string {
  return kind === 'api' ? label : say(`column.${kind}`, { names });
}
