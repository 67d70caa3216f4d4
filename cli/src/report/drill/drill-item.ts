import type { GroupedItem } from '../action-item.ts';
import type { SectionContext } from '../section-context.ts';
import { levelText, mitigationName, variantName } from './drill-text.ts';
import { timeText } from './drill-time.ts';
import { type DrillVariant, pairsOf, variantsOf } from './drill-variant.ts';
import { trusted } from './drilled-run.ts';
import { faultText } from './fault-text.ts';

const priorities: ReadonlyMap<string, 1 | 2 | 3> = new Map([
  ['L1', 1],
  ['L2', 2],
  ['L3', 3],
]);

/** What the drills ask for: of each fault that hurt somebody and had no answer yet, what mends it and what was tried. */
export function drillItems(context: SectionContext): GroupedItem[] {
  const variants = variantsOf(context.drills);
  const pairs = pairsOf(variants);
  const answers = new Set(pairs.map(({ after }) => after));
  return variants
    .filter((variant) => variant.mitigation === null && !answers.has(variant))
    .flatMap((variant) => {
      const priority = priorities.get(trusted(variant.worst)?.level ?? '');
      if (priority === undefined) return [];
      const tried = pairs.filter(({ before }) => before === variant).map(({ after }) => after);
      return [itemOf(context, variant, tried, priority)];
    });
}

function itemOf(
  context: SectionContext,
  variant: DrillVariant,
  tried: readonly DrillVariant[],
  priority: 1 | 2 | 3,
): GroupedItem {
  const { say } = context;
  const { worst, drills, fault } = variant;
  return {
    key: `drill ${fault}`,
    topic: 'response',
    insight: say('drill.insight', {
      drill: variantName(context, variant),
      level: levelText(context, worst),
      ttd: timeText(context, drills, 'ttdMs'),
      ttr: timeText(context, drills, 'ttrMs'),
    }),
    action: [
      faultText(context, worst.drill, 'incident-fix'),
      ...tried.map((after) =>
        say('drill.tried', {
          mitigation:
            after.mitigation === null ? variantName(context, after) : mitigationName(context, after.mitigation),
          level: levelText(context, after.worst),
          ttr: timeText(context, after.drills, 'ttrMs'),
        }),
      ),
    ].join(' '),
    evidence: say('drill.evidence', { run: worst.run.record.id }),
    priority,
    runs: [],
  };
}
