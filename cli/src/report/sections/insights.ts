import { actionItems, type GroupedItem } from '../action-item.ts';
import { type Block, list, paragraph, type Section, words } from '../block.ts';
import { nextSteps } from '../next-step.ts';
import { runPrefix } from '../per-run.ts';
import type { SectionContext } from '../section-context.ts';

/** 6. 종합 인사이트 및 액션 아이템: what was found, what to do about it, on what ground and how urgently. */
export function insights(context: SectionContext): Section {
  const { say } = context;
  const found = actionItems(context);
  const items = [...found, ...nextSteps(context)];
  return {
    id: 'insights',
    heading: say('heading.insights'),
    blocks: [
      ...(found.length === 0 ? [paragraph(say('insights.none'))] : []),
      ...(items.length === 0 ? [] : [table(context, items), list([say('insights.priorities'), say('insights.blank')])]),
    ],
  };
}

function table(context: SectionContext, items: readonly GroupedItem[]): Block {
  const { say } = context;
  return words(
    null,
    [
      say('head.item'),
      say('head.insight'),
      say('head.action'),
      say('head.evidence'),
      say('head.priority'),
      say('head.owner'),
      say('head.due'),
    ],
    items.map((item) => [
      say(`topic.${item.topic}`),
      `${runPrefix(context, item.runs)}${item.insight}`,
      item.action,
      item.evidence,
      `P${item.priority}`,
      '',
      '',
    ]),
  );
}
