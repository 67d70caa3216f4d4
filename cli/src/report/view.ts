import type { RunRecord, Verdict } from '../record/run-record.ts';
import { apiFigures, type ReportedRun } from './api-figures.ts';
import type { ReportView, Tone } from './block.ts';
import { numberFormat } from './number-format.ts';
import type { ReportColumn, SectionContext } from './section-context.ts';
import { comparison } from './sections/comparison.ts';
import { conclusion } from './sections/conclusion.ts';
import { consistency } from './sections/consistency.ts';
import { environment } from './sections/environment.ts';
import { measurement } from './sections/measurement.ts';
import { overview } from './sections/overview.ts';
import { performance } from './sections/performance.ts';
import { purpose } from './sections/purpose.ts';
import { thresholds } from './sections/thresholds.ts';
import type { Sentences } from './sentences.ts';

/** The sections in the order of the reference report. Its sections 4 to 6 need drills and a diagnosis. */
const sections = [
  overview,
  purpose,
  environment,
  performance,
  comparison,
  thresholds,
  consistency,
  measurement,
  conclusion,
];

/** A report of one run, or of several side by side. Pure: the same records give the same view. */
export function buildView(runs: readonly ReportedRun[], lang: 'ko' | 'en', sentences: Sentences): ReportView {
  const { say, has } = sentences;
  const runName = runNames(runs);
  const context: SectionContext = {
    runs,
    columns: columnsOf(runs),
    say,
    has,
    runName,
    format: numberFormat(lang),
    name: (kind, id) => (has(`${kind}.${id}`) ? say(`${kind}.${id}`) : id),
  };
  return {
    lang,
    title: say('title', { scenarios: runs.map(({ record }) => runName(record)).join(' · ') }),
    verdicts: runs.map(({ record }) => {
      const verdict = record.judgement?.verdict.name ?? null;
      const text = verdict === null ? say('verdict.not-judged') : say(`verdict.${verdict}`);
      return { tone: toneOf(verdict), name: runName(record), text };
    }),
    sections: sections.map((section) => section(context)).filter((section) => section !== null),
    footer: say('footer', {
      version: runs[0]?.record.loadkit ?? '',
      runs: runs.map(({ record }) => record.id).join(', '),
    }),
  };
}

/** An API that appears in two runs gets the run's id beside its name. */
function columnsOf(runs: readonly ReportedRun[]): ReportColumn[] {
  const columns = runs.flatMap((run) => apiFigures(run).map((api) => ({ heading: api.label, run, api })));
  return columns.map((column) => {
    const twin = columns.some((other) => other !== column && other.heading === column.heading);
    return twin ? { ...column, heading: `${column.heading} (${column.run.record.id})` } : column;
  });
}

/** Two runs of one scenario (before and after a change) are told apart by their ids. */
function runNames(runs: readonly ReportedRun[]): SectionContext['runName'] {
  const scenarios = runs.map(({ record }) => record.scenario?.name);
  return ({ scenario, id }: RunRecord) => {
    if (scenario === null) return id;
    return scenarios.filter((name) => name === scenario.name).length > 1 ? `${scenario.name} (${id})` : scenario.name;
  };
}

function toneOf(verdict: Verdict['name'] | null): Tone {
  if (verdict === 'PASS') return 'good';
  return verdict === 'FAIL' || verdict === 'INCORRECT' || verdict === 'SCRIPT_FAILURE' ? 'bad' : 'unknown';
}
