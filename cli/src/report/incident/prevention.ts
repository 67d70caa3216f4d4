import { command, list, paragraph, type Section, words } from '../block.ts';
import { faultText } from '../drill/fault-text.ts';
import { shellLine } from '../shell-line.ts';
import type { IncidentContext } from './incident-context.ts';

/** 재발 방지: what is to be done, and by which drill one sees that it was. Owner and date are the team's. */
export function prevention(context: IncidentContext): Section {
  const { say, one, assessment } = context;
  const { drill } = one;
  const goal = assessment?.level === 'absorbed' ? 'incident.goal-fix-absorbed' : 'incident.goal-fix';
  const verify = shellLine(['loadkit', 'drill', drill.fault]);
  const row = (text: string, aim: string) => [text, verify, aim, '', ''];
  return {
    id: 'prevention',
    heading: say('incident.prevention'),
    blocks: [
      words(
        null,
        [say('head.measure'), say('head.verified-by'), say('head.goal'), say('head.owner'), say('head.due')],
        [
          row(faultText(context, drill, 'incident-fix'), say(goal)),
          row(faultText(context, drill, 'incident-sooner'), say('incident.goal-sooner')),
          row(faultText(context, drill, 'incident-temporary'), say('incident.goal-temporary')),
        ],
      ),
      list([say('insights.blank')]),
      paragraph(say('incident.verify')),
      command(verify),
    ],
  };
}
