import { describe, expect, it } from 'vitest';
import type { Assessment, Drill } from '../../../src/record/drill.ts';
import { repeatedDrills } from '../../../src/stats/repeats.ts';
import { assessed, builtDrill, usually } from '../assess/built-drill.ts';
import { loadStart } from '../judge/built-run.ts';

const calm = assessed((second) => ({ answers: usually(second) }), { drill: { mitigation: 'sorted-locking' } });
const { moments } = calm;

function drill(ttdMs: number | null, ttrMs: number | null, changes: Partial<Assessment> = {}): Drill {
  const felt = { moments: { ...moments, impactAt: loadStart }, ttdMs, ttrMs, level: 'L2' as const };
  return builtDrill({ assessment: { ...calm, ...felt, ...changes } });
}

describe('drills of one fault and mitigation', () => {
  it('have a median from five on, and their range before', () => {
    const times = [3_000, 1_000, 2_000, 5_000, 4_000];
    const [five] = repeatedDrills(times.map((ms) => drill(ms, 10 * ms)));
    expect(five).toMatchObject({
      drills: 5,
      worst: 'L2',
      ttd: { values: [1_000, 2_000, 3_000, 4_000, 5_000], of: 5, median: 3_000 },
      ttr: { median: 30_000 },
    });
    const [four] = repeatedDrills(times.slice(1).map((ms) => drill(ms, ms)));
    expect(four).toMatchObject({ ttd: { values: [1_000, 2_000, 4_000, 5_000], median: null } });
  });

  it('that were not detected are counted, never averaged', () => {
    const [found] = repeatedDrills([...[1, 2, 3, 4].map((ms) => drill(ms, ms)), drill(null, 9), drill(5, null)]);
    expect(found).toMatchObject({
      ttd: { values: [1, 2, 3, 4, 5], of: 6, median: 3 },
      ttr: { values: [1, 2, 3, 4, 9], of: 6, median: 3 },
    });
  });

  it('that are doubted, and those that nobody felt, are counted apart', () => {
    const doubted = drill(1, 1, { doubts: [{ id: 'not-calibrated', values: {} }], level: 'undetermined' });
    const unfelt = drill(null, null, { moments, level: 'absorbed' });
    expect(repeatedDrills([doubted, unfelt, drill(7, 8)])).toMatchObject([
      { drills: 3, doubted: 1, unfelt: 1, worst: 'L2', ttd: { values: [7], of: 1 }, ttr: { values: [8], of: 1 } },
    ]);
    expect(repeatedDrills([doubted])).toMatchObject([
      { doubted: 1, worst: null, ttd: { values: [], of: 0, median: null } },
    ]);
  });

  it('stand apart from those of others, and from what was not assessed', () => {
    const other = { ...drill(1, 1), mitigation: 'sorted-locking' };
    expect(repeatedDrills([drill(1, 1), other, drill(2, 2), builtDrill()])).toMatchObject([
      { fault: 'row-held', mitigation: null, drills: 2 },
      { fault: 'row-held', mitigation: 'sorted-locking', drills: 1 },
    ]);
  });
});
