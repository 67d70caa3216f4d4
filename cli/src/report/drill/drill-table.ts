import { type Block, list, paragraph, subheading, words } from '../block.ts';
import type { SectionContext } from '../section-context.ts';
import { damages, damageText } from './drill-damage.ts';
import { firstSignal, placeboText } from './drill-overview.ts';
import {
  clauseText,
  doubtTexts,
  faultName,
  levelChange,
  levelText,
  mitigationName,
  variantName,
} from './drill-text.ts';
import { timeText } from './drill-time.ts';
import { type DrillPair, type DrillVariant, pairsOf, variantsOf } from './drill-variant.ts';
import { brokenIn, type DrilledRun, isPlacebo, trusted } from './drilled-run.ts';

/** Every drill with its record, the spread of those that were repeated, and what a mitigation changed. */
export function drillBlocks(context: SectionContext): Block[] {
  const { drills, say } = context;
  if (drills.length === 0) return [];
  return [
    subheading(say('heading.drills')),
    ...everyDrill(context),
    ...spread(context),
    ...beforeAndAfter(context),
    ...placebos(context),
    ...doubts(context),
  ];
}

function everyDrill(context: SectionContext): Block[] {
  const { drills, say } = context;
  const broken = brokenIn(drills);
  if (broken.length === 0) return [];
  return [
    words(
      say('drill.every'),
      [
        say('head.drill'),
        say('head.mitigation'),
        say('head.level-both'),
        say('head.clause'),
        say('head.ttd-measured'),
        say('head.signal'),
        say('head.ttr-measured'),
        ...damages.map((id) => say(`damage.${id}`)),
        say('head.record'),
      ],
      broken.map((one) => [
        `${faultName(context, one.drill.fault)}${repeatText(context, one)}`,
        mitigationName(context, one.drill.mitigation),
        levelChange(context, one),
        clauseText(context, one),
        timeText(context, [one], 'ttdMs'),
        firstSignal(context, one),
        timeText(context, [one], 'ttrMs'),
        ...damages.map((id) => damageText(context, [one], id)),
        one.run.record.id,
      ]),
    ),
  ];
}

function repeatText({ say }: SectionContext, { drill: { repeat } }: DrilledRun): string {
  return repeat.of > 1 ? ` ${say('drill.repeat', { number: repeat.number, of: repeat.of })}` : '';
}

function spread(context: SectionContext): Block[] {
  const { say } = context;
  const repeated = variantsOf(context.drills).filter(({ drills }) => drills.length > 1);
  if (repeated.length === 0) return [];
  return [
    words(
      say('drill.spread'),
      [
        say('head.drill'),
        say('head.repeats'),
        say('head.level-measured'),
        say('head.ttd-measured'),
        say('head.ttr-measured'),
        ...damages.map((id) => say(`damage.${id}`)),
      ],
      repeated.map((variant) => [
        variantName(context, variant),
        String(variant.drills.length),
        [...new Set(variant.drills.map((one) => levelText(context, one)))].join(' · '),
        timeText(context, variant.drills, 'ttdMs'),
        timeText(context, variant.drills, 'ttrMs'),
        ...damages.map((id) => damageText(context, variant.drills, id)),
      ]),
    ),
  ];
}

function beforeAndAfter(context: SectionContext): Block[] {
  const { say } = context;
  const pairs = pairsOf(variantsOf(context.drills));
  if (pairs.length === 0) return [];
  return [
    words(
      say('drill.before-after'),
      [
        say('head.drill'),
        say('head.mitigation'),
        say('head.level-measured'),
        say('head.ttd-measured'),
        say('head.ttr-measured'),
        ...damages.map((id) => say(`damage.${id}`)),
      ],
      pairs.map((pair) => pairRow(context, pair)),
    ),
  ];
}

function pairRow(context: SectionContext, { before, after }: DrillPair): string[] {
  const both = (text: (variant: DrillVariant) => string) =>
    context.say('drill.change', { before: text(before), after: text(after) });
  return [
    faultName(context, before.fault),
    after.mitigation === null ? faultName(context, after.fault) : mitigationName(context, after.mitigation),
    both(({ worst }) => levelText(context, worst)),
    both(({ drills }) => timeText(context, drills, 'ttdMs')),
    both(({ drills }) => timeText(context, drills, 'ttrMs')),
    ...damages.map((id) => both(({ drills }) => damageText(context, drills, id))),
  ];
}

function placebos(context: SectionContext): Block[] {
  const found = context.drills.filter(isPlacebo);
  if (found.length === 0) return [];
  return [list(found.map((one) => `${one.run.record.id}: ${placeboText(context, one)}`))];
}

function doubts(context: SectionContext): Block[] {
  const { say } = context;
  const lines = brokenIn(context.drills)
    .filter((one) => trusted(one) === null)
    .map((one) => `${one.run.record.id} (${variantName(context, one.drill)}): ${doubtTexts(context, one).join(' ')}`);
  return lines.length === 0 ? [] : [paragraph(say('drill.untrusted-why')), list(lines)];
}
