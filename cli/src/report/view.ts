import type { RunRecord, Verdict } from '../record/run-record.ts';
import { type ApiFigures, apiFigures, type ReportedRun } from './api-figures.ts';
import type { ReportView, Tone } from './block.ts';
import { numberFormat } from './number-format.ts';
import { runMarks } from './run-mark.ts';
import type { ReportColumn, SectionContext } from './section-context.ts';
import { caveats } from './sections/caveats.ts';
import { comparison } from './sections/comparison.ts';
import { conclusion } from './sections/conclusion.ts';
import { consistency } from './sections/consistency.ts';
import { environment } from './sections/environment.ts';
import { failures } from './sections/failures.ts';
import { insights } from './sections/insights.ts';
import { measurement } from './sections/measurement.ts';
import { overview } from './sections/overview.ts';
import { performance } from './sections/performance.ts';
import { purpose } from './sections/purpose.ts';
import { script } from './sections/script.ts';
import { steps } from './sections/steps.ts';
import { strategySection } from './sections/strategies.ts';
import { thresholds } from './sections/thresholds.ts';
import { namesIn, type Sentences } from './sentences.ts';

/** In the order of the reference report; what it does not have stands, unnumbered, where it belongs. */
const sections = [
  overview,
  comparison,
  purpose,
  environment,
  performance,
  steps,
  script,
  thresholds,
  failures,
  strategySection,
  insights,
  consistency,
  measurement,
  caveats,
  conclusion,
];

/** A report of one run, or of several side by side. Pure: the same records give the same view. */
export function buildView(runs: readonly ReportedRun[], lang: 'ko' | 'en', sentences: Sentences): ReportView {
  const { say, has } = sentences;
  const marks = runMarks(runs);
  const runName = ({ scenario, id }: RunRecord): string => scenario?.name ?? id;
  const named: SectionContext['runName'] = (record) => {
    const mark = marks.get(record);
    return mark === undefined ? runName(record) : `${runName(record)} (${mark})`;
  };
  const context: SectionContext = {
    runs,
    columns: columnsOf(runs, marks, say),
    say,
    has,
    runName: named,
    format: numberFormat(lang),
    name: namesIn(sentences),
  };
  return {
    lang,
    title: say('title', {
      scenarios: titleOf(
        runs.map(({ record }) => runName(record)),
        runs.map(({ record }) => named(record)),
      ),
    }),
    verdicts: runs.map(({ record }) => {
      const verdict = record.judgement?.verdict.name ?? null;
      const text = verdict === null ? say('verdict.not-judged') : say(`verdict.${verdict}`);
      return { tone: toneOf(verdict), name: named(record), text };
    }),
    sections: sections.map((section) => section(context)).filter((section) => section !== null),
    footer: say('footer', {
      version: runs[0]?.record.loadkit ?? '',
      runs: runs.map(({ record }) => record.id).join(', '),
    }),
  };
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

/** Many runs of one scenario make one title. */
function titleOf(names: readonly string[], told: readonly string[]): string {
  const isRepeated = names.length > 2 && new Set(names).size === 1;
  return isRepeated ? `${names[0] ?? ''} × ${names.length}` : told.join(' · ');
}

function headingOf({ kind, label, names }: ApiFigures, say: Sentences['say']): string {
  return kind === 'api' ? label : say(`column.${kind}`, { names });
}

function toneOf(verdict: Verdict['name'] | null): Tone {
  if (verdict === 'PASS') return 'good';
  return verdict === 'FAIL' || verdict === 'INCORRECT' || verdict === 'SCRIPT_FAILURE' ? 'bad' : 'unknown';
}
