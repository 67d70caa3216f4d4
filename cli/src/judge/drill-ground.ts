import { type Drill, type Level, levels } from '../record/drill.ts';
import { exitCode } from '../system/exit-code.ts';
import type { Ground } from './ground.ts';
import { reason } from './reason.ts';

const by = 'loadkit';

/** What a fault does to a run: broken promises, wrong data, parts that end or do not answer. The drill counts it as damage. */
const effects: ReadonlySet<string> = new Set([
  'threshold-broken',
  'threshold-warned',
  'threshold-no-data',
  'threshold-thin',
  'k6-threshold-unknown',
  'invariant-violated',
  'not-drained',
  'part-died',
  'store-restarted',
  'probe-gap',
  'nothing-judged',
]);

/** The grounds that are left of a run on which something was broken on purpose: whether it was a measurement. */
export function withoutEffects(grounds: readonly Ground[]): Ground[] {
  return grounds.filter(({ reason: { id, values } }) => {
    // What may still come cannot be counted where a backlog stayed, which is itself a finding of the drill.
    const isLate = id === 'invariant-undetermined' && values.why === 'late';
    return !effects.has(id) && !isLate;
  });
}

/**
 * A drill that was carried out and could be assessed is a pass whatever its level, for it did what it was for. Its doubts make
 * it inconclusive; a level worse than `maxLevel` fails where one was asked for.
 */
export function drillGrounds({ fault, assessment }: Drill, maxLevel: Level | null): Ground[] {
  if (assessment === null) return [{ code: exitCode.inconclusive, by, reason: reason('drill-not-assessed', {}) }];
  const { doubts, level } = assessment;
  if (doubts.length > 0) return doubts.map((doubt) => ({ code: exitCode.inconclusive, by, reason: doubt }));
  const isWorse = maxLevel !== null && levels.indexOf(level) < levels.indexOf(maxLevel);
  return [
    ...(isWorse
      ? [{ code: exitCode.threshold, by, reason: reason('drill-level', { level, most: maxLevel }) } as const]
      : []),
    { code: null, by, reason: reason('drill-assessed', { fault, level }) },
  ];
}
