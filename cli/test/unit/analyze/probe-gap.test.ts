import { describe, expect, it } from 'vitest';
import { probeGap } from '../../../src/analyze/probe-gap.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { builtLoad, builtSeries, type Curve, loadStart } from '../judge/built-run.ts';

const found = (curve: Curve) =>
  probeGap.analyze({ load: builtLoad(), series: builtSeries({ redis_ping_ms: curve, mysql_ping_ms: () => 1 }) });

describe('a gap in the readings of a probe', () => {
  it('is none when every second was read', () => {
    expect(found(() => 1)).toMatchObject({ outcome: 'ok', evidence: [], detail: {} });
  });

  it('is told with its seconds', () => {
    const blind: Curve = (second) => (second >= 20 && second < 40 ? null : 1);
    expect(found(blind)).toMatchObject({
      outcome: 'problem',
      evidence: [{ metric: 'redis', value: 20, unit: 'seconds', comparedWith: { value: 61 } }],
      detail: { redis: 20 },
    });
  });

  it('is told, but no problem, when it is the noise of a busy machine', () => {
    const late: Curve = (second) => (second === 20 || second === 40 ? null : 1);
    expect(found(late)).toMatchObject({ outcome: 'ok', evidence: [{ metric: 'redis', value: 2 }], detail: {} });
  });

  it('does not count what failed before and after the load', () => {
    expect(found((second) => (second < 0 || second > 60 ? null : 1))).toMatchObject({ outcome: 'ok', evidence: [] });
  });

  it('is seen, too, where the sampler left no line at all', () => {
    const line = { kind: 'sample' as const, t: loadStart - 1_000, probe: 'redis', outcome: 'ok' as const, tookMs: 1 };
    expect(probeGap.analyze({ load: builtLoad(), series: indexSeries([line]) })).toMatchObject({
      outcome: 'problem',
      detail: { redis: 60 },
    });
  });

  it('cannot be told without any probe', () => {
    expect(probeGap.analyze({ load: builtLoad(), series: indexSeries([]) }).outcome).toBe('insufficient-data');
  });
});
