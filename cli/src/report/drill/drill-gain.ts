import type { SectionContext } from '../section-context.ts';
import { type Strategy, strategies } from '../strategy.ts';
import { damageChange } from './drill-damage.ts';
import { levelText, variantName } from './drill-text.ts';
import { timeText } from './drill-time.ts';
import { type DrillPair, pairsOf, variantsOf } from './drill-variant.ts';
import type { DrilledRun } from './drilled-run.ts';

/** What a strategy changed in drills of one fault without it and with it: one text for each fault. */
export function drillGains(context: SectionContext, strategy: Strategy): string[] {
  return gainsOf(context, (pair) => isOf(pair, strategy));
}

/** Mitigations that drills can measure and that are none of the strategies of the reference report. */
const others = ['retry', 'sorted-locks', 'lock-wait-timeout', 'outbox', 'inbox'] as const;

/** Those, and whatever else was drilled that no strategy stands for; with their gains, none where it was not drilled. */
export function otherGains(context: SectionContext): Array<{ mitigation: string; gains: string[] }> {
  const pairs = pairsOf(variantsOf(context.drills));
  const drilled = pairs.flatMap((pair) => {
    const { mitigation } = pair.after;
    return mitigation === null || strategies.some((strategy) => isOf(pair, strategy)) ? [] : [mitigation];
  });
  return [...new Set([...others, ...drilled])].map((mitigation) => ({
    mitigation,
    gains: gainsOf(context, ({ after }) => after.mitigation === mitigation),
  }));
}

function gainsOf(context: SectionContext, isWanted: (pair: DrillPair) => boolean): string[] {
  return pairsOf(variantsOf(context.drills))
    .filter(isWanted)
    .map((pair) => gainText(context, pair));
}

/** By its name, or by the settings of the service: it was not in use before, and was afterwards. */
function isOf({ before, after }: DrillPair, { id, mitigations = [], applied }: Strategy): boolean {
  if (after.mitigation !== null && [id, ...mitigations].includes(after.mitigation)) return true;
  const [former, present] = [before, after].map(({ worst }) => applied(worst.run.record).state);
  return (former === 'no' || former === 'partly') && present === 'yes';
}

function gainText(context: SectionContext, { before, after }: DrillPair): string {
  const { say } = context;
  if (after.drills.every(isUnshown)) {
    const drill = variantName(context, before);
    return say('strategies.gain-unshown', { drill, before: before.drills.length, after: after.drills.length });
  }
  return say('strategies.gain', {
    drill: variantName(context, before),
    level: say('drill.change', { before: levelText(context, before.worst), after: levelText(context, after.worst) }),
    ttr: say('drill.change', {
      before: timeText(context, before.drills, 'ttrMs'),
      after: timeText(context, after.drills, 'ttrMs'),
    }),
    damage: damageChange(context, { before: before.drills, after: after.drills }),
    before: before.drills.length,
    after: after.drills.length,
  });
}

/** Nobody felt the fault with the mitigation, nor without it. */
function isUnshown({ drill }: DrilledRun): boolean {
  return drill.assessment?.withoutMitigation === 'unfelt';
}
