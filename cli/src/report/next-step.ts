import type { RunRecord } from '../record/run-record.ts';
import type { GroupedItem } from './action-item.ts';
import { comparisonsOf } from './comparison.ts';
import { worstVariant } from './drill/drill-variant.ts';
import { trusted } from './drill/drilled-run.ts';
import { failureKinds } from './failure-measure.ts';
import { bottleneckOf } from './run-finding.ts';
import type { SectionContext } from './section-context.ts';
import { shellLine } from './shell-line.ts';

/** What these records leave open, and the run that would tell. Beside what was found, or instead where nothing was. */
export function nextSteps(context: SectionContext): GroupedItem[] {
  return [...limitUnknown(context), ...spreadUnknown(context), ...queueingHidden(context), ...recoveryUnknown(context)];
}

type Step = 'stress' | 'repeats' | 'open' | 'drill';

function item(
  { say }: SectionContext,
  id: Step,
  topic: GroupedItem['topic'],
  runs: readonly string[],
  command: string | null,
): GroupedItem {
  const action = command === null ? say(`next-action.${id}-foreign`) : say(`next-action.${id}`, { command });
  return {
    key: id,
    topic,
    insight: say(`next.${id}`),
    action,
    evidence: say(`next-evidence.${id}`),
    priority: 3,
    runs,
  };
}

/** No bottleneck: the load was below every limit, as far as can be told. */
function limitUnknown(context: SectionContext): GroupedItem[] {
  const calm = context.runs.filter(({ record }) => {
    const { judgement, scenario, load, drill } = record;
    if (drill !== null) return false;
    const isSound = judgement?.verdict.name === 'PASS' || judgement?.verdict.name === 'FAIL';
    return isSound && load !== null && bottleneckOf(record)?.outcome === 'ok' && scenario?.profile !== 'stress';
  });
  return perCommand(context, calm, 'stress', 'performance', ['--profile', 'stress']);
}

function spreadUnknown(context: SectionContext): GroupedItem[] {
  const repeated = new Set(
    comparisonsOf(context.runs).flatMap(({ variants }) =>
      variants.filter(({ runs }) => runs.length > 1).flatMap(({ runs }) => runs),
    ),
  );
  const once = context.runs.filter(
    (run) => run.record.load !== null && run.record.drill === null && !repeated.has(run),
  );
  return perCommand(context, once, 'repeats', 'measurement', [...commonOptions(once), '--repeats', '4']);
}

/** What stands behind the scenario in the command of each run; none where they differ. */
function commonOptions(runs: SectionContext['runs']): readonly string[] {
  const [first = [], ...others] = runs.map(({ record }) => record.command.slice(3));
  return others.every((options) => shellLine(options) === shellLine(first)) ? first : [];
}

function queueingHidden(context: SectionContext): GroupedItem[] {
  const closed = context.runs.filter(({ record }) => record.load !== null && record.scenario?.model === 'closed');
  return perCommand(context, closed, 'open', 'measurement', ['--profile', 'open']);
}

/** The kinds of failure that no drill told anything about. */
function recoveryUnknown(context: SectionContext): GroupedItem[] {
  const { runs, drills, say } = context;
  const open = failureKinds.filter(({ id }) => {
    const variant = worstVariant(drills, id);
    return variant === null || trusted(variant.worst) === null;
  });
  if (runs.length === 0 || open.length === 0) return [];
  const isOurs = runs.some(({ record }) => record.scenario?.foreign === false && isStarted(record));
  const all = item(context, 'drill', 'response', [], isOurs ? shellLine(['loadkit', 'drill', 'all']) : null);
  if (open.length === failureKinds.length) return [all];
  const failures = open.map(({ id }) => say(`failure.${id}`)).join(', ');
  return [{ ...all, insight: say('next.drill-rest', { failures }), evidence: say('next-evidence.drill-rest') }];
}

/** Only what loadkit started may be broken without being named. */
function isStarted({ stack }: RunRecord): boolean {
  return stack !== null && stack.provider !== 'external';
}

/** One item for all runs; its command is that of the first of our own scenarios, for a script of others there is none. */
function perCommand(
  context: SectionContext,
  runs: SectionContext['runs'],
  id: Step,
  topic: GroupedItem['topic'],
  options: readonly string[],
): GroupedItem[] {
  if (runs.length === 0) return [];
  const own = runs
    .filter(({ record }) => record.scenario?.foreign === false)
    .map(({ record }) => record.scenario?.name);
  const scenarios = [...new Set(own)].filter((name) => name !== undefined);
  const command = scenarios.length === 0 ? null : shellLine(['loadkit', 'run', ...scenarios, ...options]);
  const names = [...new Set(runs.map(({ record }) => context.runName(record)))];
  return [item(context, id, topic, names, command)];
}
