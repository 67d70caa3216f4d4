import { failureIds } from '../../record/drill.ts';
import { type Block, list, words } from '../block.ts';
import type { SectionContext } from '../section-context.ts';
import { damagesText } from './drill-damage.ts';
import { clauseText, faultName, levelChange, mitigationName } from './drill-text.ts';
import { rangeOrTime } from './drill-time.ts';
import { type DrillVariant, variantsOf } from './drill-variant.ts';

/** Every fault that was drilled under the same conditions, its repeats in one row. */
export function variantTable(context: SectionContext): Block[] {
  const { say } = context;
  const all = variantsOf(context.drills);
  const variants = failureIds.flatMap((id) => all.filter(({ failure }) => failure === id));
  if (variants.length === 0) return [];
  return [
    words(
      say('drill.variants'),
      [
        say('head.variant'),
        say('head.mitigation'),
        say('head.repeats'),
        say('head.ttd-drilled'),
        say('head.ttr-drilled'),
        say('head.after-undo'),
        say('head.level-worst'),
        say('head.damage'),
      ],
      variants.map((variant) => rowOf(context, variant)),
    ),
    list([say('drill.damage-how')]),
  ];
}

function rowOf(context: SectionContext, { fault, mitigation, drills, worst }: DrillVariant): string[] {
  return [
    faultName(context, fault),
    mitigationName(context, mitigation),
    String(drills.length),
    rangeOrTime(context, drills, 'ttdMs'),
    rangeOrTime(context, drills, 'ttrMs'),
    rangeOrTime(context, drills, 'afterUndoMs'),
    levelWithGround(context, worst),
    damagesText(context, drills),
  ];
}

/** `L2 → L1: the clause that decided`. */
function levelWithGround(context: SectionContext, worst: DrillVariant['worst']): string {
  const level = levelChange(context, worst);
  const clause = clauseText(context, worst);
  return clause === '—' ? level : context.say('drill.level-ground', { level, clause });
}
