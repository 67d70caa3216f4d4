import { describe, expect, it } from 'vitest';
import { readLoadShape } from '../../../scenarios/lib/profile.ts';
import { plannedSurge } from '../../src/assess/planned-load.ts';
import { type DrillOptions, holdOf, loadOptions } from '../../src/commands/drill-options.ts';
import { faultOf } from '../../src/faults/registry.ts';
import { scriptEnvironment } from '../../src/load/k6-environment.ts';
import { builtDrillOptions } from './built-options.ts';

const options = builtDrillOptions({ placebo: false, baselineMs: 14_000, recoverMs: 15_000, quiet: true });

/** What k6 is asked for, as the scenario reads it. */
function shapeOf(fault: string, changes: Partial<DrillOptions> = {}) {
  const asked = faultOf(fault);
  const load = loadOptions(asked, changes.holdMs ?? asked.holdMs, { ...options, ...changes });
  const rates = { open: 500, stress: 500, spike: 200, soak: 200 };
  return readLoadShape(scriptEnvironment(load, null, { foreign: false }), { name: 'coupon', thinkMax: 0.4, rates });
}

describe('the load of a drill', () => {
  it('is the same from beginning to end where the fault asks for no surge', () => {
    const { scenarios, steps } = shapeOf('redis-stall');
    expect(steps).toEqual([]);
    expect(plannedSurge({ options: { scenarios } })).toBeNull();
  });

  it('rises when the baseline is over, for as long as the fault stands, and goes on as long as is recovered', () => {
    const { scenarios, steps } = shapeOf('memory-surge-loop', { baselineMs: 20_000 });
    const surge = plannedSurge({ options: { scenarios } });
    expect(surge).toMatchObject({ fromMs: 23_000, toMs: 35_000, perSecond: 400, usualPerSecond: 40 });
    const last = steps.at(-1);
    expect((last?.startMs ?? 0) + (last?.lengthMs ?? 0)).toBeGreaterThanOrEqual(35_000 + options.recoverMs);
  });

  it('is what was typed where that was', () => {
    const { scenarios } = shapeOf('memory-surge', { holdMs: 5_000, rate: 10, env: { SPIKE_FACTOR: '3' } });
    const surge = plannedSurge({ options: { scenarios } });
    expect(surge).toMatchObject({ fromMs: 17_000, toMs: 22_000, perSecond: 30, usualPerSecond: 10 });
  });
});

describe('the hold of a drill', () => {
  it('is as typed, or the fault’s own', () => {
    expect(holdOf(faultOf('lock-orphan'), { holdMs: 3_000 })).toBe(3_000);
    expect(holdOf(faultOf('redis-stall'), { holdMs: null })).toBe(faultOf('redis-stall').holdMs);
  });

  it('is never over before what was not committed is delivered again', () => {
    for (const fault of ['redelivery', 'redelivery-inbox']) {
      expect(holdOf(faultOf(fault), { holdMs: 3_000 })).toBe(15_000);
      expect(holdOf(faultOf(fault), { holdMs: 40_000 })).toBe(40_000);
    }
  });

  it.each(['memory-surge', 'memory-surge-slow-boot', 'memory-surge-shedding'])(
    '%s stands so long that memory runs out once',
    (fault) => {
      expect(holdOf(faultOf(fault), { holdMs: 12_000 })).toBe(3_000);
      expect(holdOf(faultOf(fault), { holdMs: null })).toBe(3_000);
    },
  );
});
