import { type Block, list, paragraph, subheading } from '../block.ts';
import type { SectionContext } from '../section-context.ts';
import { unknownUsers } from './drill-damage.ts';
import { placeboText } from './drill-overview.ts';
import { doubtTexts, variantName } from './drill-text.ts';
import { brokenIn, isPlacebo, trusted } from './drilled-run.ts';
import { mitigationTables } from './mitigation-table.ts';
import { variantTable } from './variant-table.ts';

/** What was drilled in all its variants, and what a mitigation changed; each drill by itself stands in a document of its own. */
export function drillBlocks(context: SectionContext): Block[] {
  const { drills, say } = context;
  if (drills.length === 0) return [];
  return [
    subheading(say('heading.drills')),
    ...variantTable(context),
    ...mitigationTables(context),
    ...(brokenIn(drills).length > 1 ? [paragraph(say('drill.beside'))] : []),
    ...reservations(context),
  ];
}

/** How far they can be trusted: the placebos, and the drills with doubts. */
export function reservations(context: SectionContext): Block[] {
  return [...usersNote(context), ...placebos(context), ...doubts(context)];
}

function usersNote(context: SectionContext): Block[] {
  const all = brokenIn(context.drills).flatMap((one) => trusted(one)?.damage ?? []);
  return unknownUsers(context, all).map((text) => paragraph(text));
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
