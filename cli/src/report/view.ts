import type { Verdict } from '../record/run-record.ts';
import type { ReportedRun } from './api-figures.ts';
import type { ReportView, Tone } from './block.ts';
import { contextOf, scenarioName } from './build-context.ts';
import { drillVerdicts } from './drill/drill-verdict.ts';
import { brokenIn } from './drill/drilled-run.ts';
import type { SectionContext } from './section-context.ts';
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
import type { Sentences } from './sentences.ts';

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
  const { say } = sentences;
  const context = contextOf(runs, lang, sentences);
  return {
    lang,
    title: titleOf(context),
    verdicts: [...context.runs.flatMap((run) => verdictOf(context, run)), ...drillVerdicts(context)],
    sections: sections.map((section) => section(context)).filter((section) => section !== null),
    footer: say('footer', {
      version: runs[0]?.record.loadkit ?? '',
      runs: runs.map(({ record }) => record.id).join(', '),
    }),
  };
}

function verdictOf({ say, runName }: SectionContext, { record }: ReportedRun): ReportView['verdicts'] {
  if (record.drill !== null) return [];
  const verdict = record.judgement?.verdict.name ?? null;
  const text = verdict === null ? say('verdict.not-judged') : say(`verdict.${verdict}`);
  return [{ tone: toneOf(verdict), name: runName(record), text }];
}

/** More drills than that are only counted. */
const mostDrillNames = 3;

function titleOf({ runs, drills, say, runName }: SectionContext): string {
  const loads = runs.filter(({ record }) => record.drill === null);
  if (loads.length > 0) {
    const scenarios = namesOf(
      loads.map(({ record }) => scenarioName(record)),
      loads.map(({ record }) => runName(record)),
    );
    const count = brokenIn(drills).length;
    return count === 0 ? say('title', { scenarios }) : say('title-joined', { scenarios, count });
  }
  if (drills.length === 0) return say('title', { scenarios: '' });
  const names = drills.map(({ run }) => runName(run.record)).join(' · ');
  const isMany = drills.length > mostDrillNames;
  return say('title-drill', { drills: isMany ? say('drill.count', { count: drills.length }) : names });
}

/** Many runs of one scenario make one title. */
function namesOf(names: readonly string[], told: readonly string[]): string {
  const isRepeated = names.length > 2 && new Set(names).size === 1;
  return isRepeated ? `${names[0] ?? ''} × ${names.length}` : told.join(' · ');
}

function toneOf(verdict: Verdict['name'] | null): Tone {
  if (verdict === 'PASS') return 'good';
  return verdict === 'FAIL' || verdict === 'INCORRECT' || verdict === 'SCRIPT_FAILURE' ? 'bad' : 'unknown';
}
