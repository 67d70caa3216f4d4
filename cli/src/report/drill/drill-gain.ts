import type { SectionContext } from '../section-context.ts';
import type { Strategy } from '../strategy.ts';
import { damageText } from './drill-damage.ts';
import { levelText, variantName } from './drill-text.ts';
import { timeText } from './drill-time.ts';
import { type DrillPair, pairsOf, variantsOf } from './drill-variant.ts';

/** What a strategy changed in drills of one fault without it and with it: one text for each fault. */
export function drillGains(context: SectionContext, strategy: Strategy): string[] {
  return pairsOf(variantsOf(context.drills))
    .filter((pair) => isOf(pair, strategy))
    .map((pair) => gainText(context, pair));
}

/** By its name, or by the settings of the service: it was not in use before, and was afterwards. */
function isOf({ before, after }: DrillPair, { id, applied }: Strategy): boolean {
  if (after.mitigation === id) return true;
  const [former, present] = [before, after].map(({ worst }) => applied(worst.run.record).state);
  return (former === 'no' || former === 'partly') && present === 'yes';
}

function gainText(context: SectionContext, { before, after }: DrillPair): string {
  const { say } = context;
  const sides = [before, after].map(({ worst, drills }) => ({
    level: levelText(context, worst),
    ttr: timeText(context, drills, 'ttrMs'),
    lost: damageText(context, drills, 'lost'),
  }));
  const change = (of: 'level' | 'ttr' | 'lost') =>
    say('drill.change', { before: sides[0]?.[of] ?? '—', after: sides[1]?.[of] ?? '—' });
  return say('strategies.gain', {
    drill: variantName(context, before),
    level: change('level'),
    ttr: change('ttr'),
    lost: change('lost'),
    before: before.drills.length,
    after: after.drills.length,
  });
}
