import type { Drill } from '../../record/drill.ts';

type Measure = 'incident-fix' | 'incident-temporary';

/**
 * Drills that show what a measure does, by the fault that it is taken against. A drill that begins without the measure (an
 * unbounded queue, no expiry) would show the same again, whatever the team has done. What stands here, its sentence in
 * `templates/` names too.
 */
export const verifyingDrills: Readonly<Record<Measure, Readonly<Record<string, readonly string[]>>>> = {
  'incident-fix': {
    'lock-orphan': ['lock-orphan-expiring'],
    'coupon-race': ['coupon-race-lua'],
    'redis-killed-unpersisted': ['redis-killed'],
    deadlock: ['deadlock-sorted', 'deadlock-retried'],
    'row-held': ['row-held', 'row-held-short-wait'],
    'memory-surge': ['memory-surge-shedding'],
    'memory-surge-loop': ['memory-surge-shedding'],
    'memory-surge-slow-boot': ['memory-surge-shedding'],
    'consumer-slowed': ['consumer-slowed-parallel'],
    'offset-before-processing': ['offset-after-processing'],
    redelivery: ['redelivery-inbox'],
    'event-in-memory': ['event-in-outbox'],
  },
  'incident-temporary': {
    'coupon-race': ['coupon-race-lua'],
    deadlock: ['deadlock-retried'],
    'memory-surge': ['memory-surge-shedding'],
    'memory-surge-loop': ['memory-surge-shedding'],
    'memory-surge-slow-boot': ['memory-surge-shedding'],
    'consumer-slowed': ['consumer-slowed-parallel'],
  },
};

/** The faults to drill, in the words of `loadkit drill`; the same again where nothing speaks against it. */
export function verifyingDrill({ fault }: Pick<Drill, 'fault'>, measure: Measure): readonly string[] {
  const known = verifyingDrills[measure];
  return Object.hasOwn(known, fault) ? (known[fault] ?? [fault]) : [fault];
}
