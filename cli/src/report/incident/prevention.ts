import { command, list, paragraph, type Section, words } from '../block.ts';
import { faultText } from '../drill/fault-text.ts';
import { shellLine } from '../shell-line.ts';
import type { IncidentContext } from './incident-context.ts';
import { verifyingDrill } from './verifying-drill.ts';

/** 재발 방지: what is to be done, and by which drill one sees that it was. Owner and date are the team's. */
export function prevention(context: IncidentContext): Section {
  const { say, one, assessment } = context;
  const { drill } = one;
  const goals = goalsOf(assessment);
  const commandOf = (faults: readonly string[]) => shellLine(['loadkit', 'drill', ...faults]);
  const verify = commandOf([drill.fault]);
  const row = (text: string, by: string, goal: string) => [text, by, say(goal), '', ''];
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
function goalsOf(assessment: IncidentContext['assessment']): Record<'fix' | 'sooner' | 'temporary', string> {
  if (assessment === null) {
    const untold = 'incident.goal-untold';
    return { fix: untold, sooner: 'incident.goal-sooner-untold', temporary: untold };
  }
  const fix = assessment.level === 'absorbed' ? 'incident.goal-fix-absorbed' : 'incident.goal-fix';
  return { fix, sooner: 'incident.goal-sooner', temporary: 'incident.goal-temporary' };
}
