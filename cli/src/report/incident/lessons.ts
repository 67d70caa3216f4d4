import { list, type Section } from '../block.ts';
import { estimatedLevel, levelText } from '../drill/drill-text.ts';
import { faultText } from '../drill/fault-text.ts';
import type { IncidentContext } from './incident-context.ts';

/** 교훈: where measuring changed what was believed. */
export function lessons(context: IncidentContext): Section {
  const { say, one } = context;
  return {
    id: 'lessons',
    heading: say('incident.lessons'),
    blocks: [list([...levelLesson(context), faultText(context, one.drill, 'incident-lesson')])],
  };
}

const order = ['L1', 'L2', 'L3', 'absorbed'];

/** The estimate may be any text. */
function levelLesson(context: IncidentContext): string[] {
  const { say, one, assessment } = context;
  // Without a drill of the same fault that was felt, a lighter level is no word on the estimate.
  if (assessment?.withoutMitigation === 'missing') return [];
  const estimated = estimatedLevel(one);
  const [before, after] = [order.indexOf(estimated), order.indexOf(assessment?.level ?? 'undetermined')];
  if (before < 0 || after < 0) return [];
  const values = { before: estimated, after: levelText(context, one) };
  if (before === after) return [say('incident.lesson-same', values)];
  return [say(after < before ? 'incident.lesson-worse' : 'incident.lesson-better', values)];
}
