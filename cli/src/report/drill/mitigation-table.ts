import { type Block, paragraph, words } from '../block.ts';
import type { SectionContext } from '../section-context.ts';
import { damageChange } from './drill-damage.ts';
import { faultName, levelText, mitigationName } from './drill-text.ts';
import { rangeOrTime } from './drill-time.ts';
import { type DrillPair, type DrillVariant, heldMs, pairsByFailure, variantsOf } from './drill-variant.ts';

/** Each fault without and with what answers it, side by side: a table for each row of section 4 that has any. */
export function mitigationTables(context: SectionContext): Block[] {
  const { say } = context;
  const groups = pairsByFailure(variantsOf(context.drills));
  if (groups.length === 0) return [];
  const head = [
    say('head.fault'),
    say('head.mitigation'),
    say('head.repeats'),
    say('head.level-measured'),
    say('head.ttd-measured'),
    say('head.ttr-measured'),
    say('head.damage'),
  ];
  return [
    paragraph(say('drill.before-after-how')),
    ...groups.map(({ failure, pairs }) =>
      words(
        say('drill.before-after', { failure: say(`failure.${failure}`) }),
        head,
        pairs.map((pair) => rowOf(context, pair)),
      ),
    ),
  ];
}

function rowOf(context: SectionContext, { before, after }: DrillPair): string[] {
  const both = (text: (variant: DrillVariant) => string) =>
    context.say('drill.change', { before: text(before), after: text(after) });
  return [
    faultName(context, before.fault),
    answer(context, { before, after }),
    both(({ drills }) => String(drills.length)),
    both(({ worst }) => levelText(context, worst)),
    both(({ drills }) => rangeOrTime(context, drills, 'ttdMs')),
    both(({ drills }) => rangeOrTime(context, drills, 'ttrMs')),
    damageChange(context, { before: before.drills, after: after.drills }),
  ];
}

/** By its name; with how long the fault stood where that was not the same, for then the damage is not quite comparable. */
function answer(context: SectionContext, { before, after }: DrillPair): string {
  const { say, format } = context;
  const name = after.mitigation === null ? faultName(context, after.fault) : mitigationName(context, after.mitigation);
  const [former, present] = [heldMs(before), heldMs(after)];
  if (former === null || present === null || former === present) return name;
  return say('drill.other-hold', { name, before: format.span(former), after: format.span(present) });
}
