import type { GroupedItem } from './action-item.ts';
import { comparisonsOf } from './comparison.ts';
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
    const { judgement, scenario, load } = record;
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
  const once = context.runs.filter((run) => run.record.load !== null && !repeated.has(run));
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

function recoveryUnknown(context: SectionContext): GroupedItem[] {
  return context.runs.length === 0 ? [] : [item(context, 'drill', 'response', [], null)];
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
