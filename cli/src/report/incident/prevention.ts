import type { Assessment } from '../../record/drill.ts';
import { command, list, paragraph, type Section, words } from '../block.ts';
import { wrongIn } from '../drill/drill-damage.ts';
import { faultText } from '../drill/fault-text.ts';
import { shellLine } from '../shell-line.ts';
import type { IncidentContext } from './incident-context.ts';
import { verifyingDrill } from './verifying-drill.ts';

/** 재발 방지: what is to be done, and by which drill one sees that it was. Owner and date are the team's. */
export function prevention(context: IncidentContext): Section {
  const { say, one } = context;
  const { drill } = one;
  const goals = goalsOf(context);
  const commandOf = (faults: readonly string[]) => shellLine(['loadkit', 'drill', ...faults]);
  const verify = commandOf([drill.fault]);
  const row = (text: string, by: string, goal: string) => [text, by, goal, '', ''];
  return {
    id: 'prevention',
    heading: say('incident.prevention'),
    blocks: [
      words(
        null,
        [say('head.measure'), say('head.verified-by'), say('head.goal'), say('head.owner'), say('head.due')],
        [
          row(faultText(context, drill, 'incident-fix'), commandOf(verifyingDrill(drill, 'incident-fix')), goals.fix),
          row(faultText(context, drill, 'incident-sooner'), verify, goals.sooner),
          row(
            faultText(context, drill, 'incident-temporary'),
            commandOf(verifyingDrill(drill, 'incident-temporary')),
            goals.temporary,
          ),
        ],
      ),
      list([say('insights.blank')]),
      paragraph(say('incident.verify')),
      command(verify),
    ],
  };
}

/** What is to be better than this time; of a drill that could not be trusted there is nothing to compare with. */
function goalsOf({ say, assessment }: IncidentContext): Record<'fix' | 'sooner' | 'temporary', string> {
  if (assessment === null) {
    const untold = say('incident.goal-untold');
    return { fix: untold, sooner: say('incident.goal-sooner-untold'), temporary: untold };
  }
  return {
    fix: fixGoal({ say }, assessment),
    sooner: say('incident.goal-sooner'),
    temporary: say('incident.goal-temporary'),
  };
}

/** Data that were wrong are to be right, whatever the level: a process that is killed still loses its requests. */
function fixGoal({ say }: Pick<IncidentContext, 'say'>, { damage, level }: Assessment): string {
  const wrong = wrongIn(damage);
  if (wrong.length > 0) {
    return say('incident.goal-fix-data', { names: wrong.map((id) => say(`damage.${id}`)).join(', ') });
  }
  return say(level === 'absorbed' ? 'incident.goal-fix-absorbed' : 'incident.goal-fix');
}
