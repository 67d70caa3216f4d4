import { describe, expect, it } from 'vitest';
import { repairNeed } from '../../src/pipeline/repair-need.ts';
import type { Drain, Invariant } from '../../src/record/run-record.ts';

const invariant = (outcome: Invariant['outcome']): Invariant => ({
  ...{ id: 'points-missing', outcome, violations: outcome === 'violated' ? 7 : 0, evidence: {}, reason: null },
});
const drain = (drained: boolean): Drain => ({
  drained,
  tookMs: 1_000,
  limitMs: 60_000,
  left: { lag: drained ? 0 : 9 },
});
const broken = { invariants: [invariant('held'), invariant('violated')], drain: drain(true), canRepair: true };

describe('the data of a drill', () => {
  it('are repaired where one of them is wrong and nothing waits any more', () => {
    expect(repairNeed(broken)).toBe('repair');
  });

  it('are left where something waits, or nobody saw that nothing does', () => {
    expect(repairNeed({ ...broken, drain: drain(false) })).toBe('not-drained');
    expect(repairNeed({ ...broken, drain: null })).toBe('not-drained');
  });

  it('need none where all is well or unknown, or nobody could', () => {
    expect(repairNeed({ ...broken, invariants: [invariant('held'), invariant('undetermined')] })).toBeNull();
    expect(repairNeed({ ...broken, canRepair: false })).toBeNull();
    expect(repairNeed({ ...broken, canRepair: false, drain: drain(false) })).toBeNull();
  });
});
