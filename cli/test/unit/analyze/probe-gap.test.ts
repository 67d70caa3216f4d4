import { describe, expect, it } from 'vitest';
import { probeGap } from '../../../src/analyze/probe-gap.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { builtLoad, builtSeries, type Curve, loadStart } from '../judge/built-run.ts';
import { builtLoadSeries, usual } from './built-seconds.ts';

const found = (curve: Curve) =>
  probeGap.analyze({
    load: builtLoad(),
    scenario: null,
    series: builtSeries({ redis_ping_ms: curve, mysql_ping_ms: () => 1 }),
  });

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
    expect(probeGap.analyze({ load: builtLoad(), scenario: null, series: indexSeries([line]) })).toMatchObject({
      outcome: 'problem',
      detail: { redis: 60 },
    });
  });

  describe("of the service's own page", () => {
    const pausing = (key: string, isStill: (second: number) => boolean, unreadTo = 29) =>
      probeGap.analyze({
        load: builtLoad(),
        scenario: null,
        series: builtLoadSeries(
          (second) => {
            const late = isStill(second - 1) ? [{ ms: 9_000 }, { ms: 8_000 }] : [];
            return { answers: isStill(second) ? [] : [...usual(second), ...late], dropped: isStill(second) ? 90 : 0 };
          },
          { curves: { [key]: (second) => (second >= 20 && second < unreadTo ? null : 1) } },
        ),
      });
    const still = (second: number) => second >= 20 && second < 29;

    it('says nothing of the measurement while the service answered nobody', () => {
      expect(pausing('prometheus:api_up', still)).toMatchObject({
        outcome: 'ok',
        evidence: [{ metric: 'prometheus:api', value: 9 }],
        detail: {},
      });
    });

    it('is one while it answered its users', () => {
      expect(pausing('prometheus:api_up', () => false)).toMatchObject({
        outcome: 'problem',
        detail: { 'prometheus:api': 9 },
      });
    });

    it('is one for what it did not read before or after its pause', () => {
      const brief = (second: number) => second >= 20 && second < 23;
      expect(pausing('prometheus:api_up', brief, 36)).toMatchObject({ outcome: 'problem' });
    });

    it('is another matter for a store', () => {
      expect(pausing('redis_ping_ms', still)).toMatchObject({ outcome: 'problem', detail: { redis: 9 } });
    });
  });

  it('cannot be told without any probe', () => {
    expect(probeGap.analyze({ load: builtLoad(), scenario: null, series: indexSeries([]) }).outcome).toBe(
      'insufficient-data',
    );
  });
});
