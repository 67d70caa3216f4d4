import type { ReportedRun } from '../api-figures.ts';
import type { ReportView } from '../block.ts';
import { contextOf } from '../build-context.ts';
import { variantName } from '../drill/drill-text.ts';
import { drillVerdicts } from '../drill/drill-verdict.ts';
import { drilledRuns, isPlacebo, trusted } from '../drill/drilled-run.ts';
import type { Sentences } from '../sentences.ts';
import { cause } from './cause.ts';
import { detection } from './detection.ts';
import { head } from './head.ts';
import { impact } from './impact.ts';
import type { IncidentContext } from './incident-context.ts';
import { lessons } from './lessons.ts';
import { limits } from './limits.ts';
import { measures } from './measures.ts';
import { prevention } from './prevention.ts';
import { recovery } from './recovery.ts';
import { summary } from './summary.ts';
import { timeline } from './timeline.ts';

const sections = [head, summary, impact, timeline, detection, cause, measures, recovery, prevention, limits, lessons];

/**
 * 장애 보고서: one drill told as an incident is told, and stamped as a drill. Null for a run in which nothing was broken.
 * Pure: the same record gives the same view.
 */
export function buildIncident(run: ReportedRun, lang: 'ko' | 'en', sentences: Sentences): ReportView | null {
  const [one] = drilledRuns([run]);
  if (one === undefined || isPlacebo(one)) return null;
  const { say } = sentences;
  const context: IncidentContext = { ...contextOf([run], lang, sentences), one, assessment: trusted(one) };
  const [level] = drillVerdicts(context);
  const { id, loadkit } = run.record;
  return {
    lang,
    title: say('incident.title', { drill: variantName(context, one.drill) }),
    verdicts: level === undefined ? [] : [{ ...level, name: say('incident.stamp') }],
    sections: sections.map((section) => section(context)),
    footer: say('footer', { version: loadkit, runs: id }),
  };
}
