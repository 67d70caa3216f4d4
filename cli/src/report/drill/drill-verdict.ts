import type { ReportView, Tone } from '../block.ts';
import { failureKinds } from '../failure-measure.ts';
import type { SectionContext } from '../section-context.ts';
import { levelText } from './drill-text.ts';
import { worstVariant } from './drill-variant.ts';
import { type DrilledRun, isPlacebo, trusted } from './drilled-run.ts';

/** What stands on top of the report: the level of its only drill, or of the worst of each kind of failure. */
export function drillVerdicts(context: SectionContext): ReportView['verdicts'] {
  const { drills, say, runName } = context;
  const [only] = drills;
  if (only !== undefined && drills.length === 1) return [verdictOf(context, runName(only.run.record), only)];
  return failureKinds.flatMap(({ id }) => {
    const variant = worstVariant(drills, id);
    return variant === null ? [] : [verdictOf(context, say(`failure.${id}`), variant.worst)];
  });
}

function verdictOf(context: SectionContext, name: string, one: DrilledRun): ReportView['verdicts'][number] {
  const { say } = context;
  if (isPlacebo(one)) return { tone: 'unknown', name, text: say('drill.placebo-verdict') };
  return { tone: toneOf(one), name, text: say('drill.verdict', { level: levelText(context, one) }) };
}

function toneOf(one: DrilledRun): Tone {
  const level = trusted(one)?.level ?? 'undetermined';
  if (level === 'absorbed') return 'good';
  return level === 'L1' || level === 'L2' ? 'bad' : 'unknown';
}
