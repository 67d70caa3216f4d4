import { describe, expect, it } from 'vitest';
import { measurement } from '../../../src/analyze/measurement.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { builtLoad, builtSeries, loadStart } from '../judge/built-run.ts';

const counts = { seriesRequests: 6_000, summaryRequests: 6_000, difference: 0, rejectedExports: 0 };
const found = (reconciliation: { difference?: number | null; rejectedExports?: number }) =>
  measurement.analyze({
    load: builtLoad({ reconciliation: { ...counts, ...reconciliation } }),
    series: builtSeries({}),
  });

describe('the measurement itself', () => {
  it('is sound when series and summary agree and no second is silent', () => {
    expect(found({})).toMatchObject({
      outcome: 'ok',
      detail: { difference: 0, rejectedExports: 0, silentSeconds: 0 },
    });
  });

  it('is a problem with every request that the series lacks or has too many', () => {
    expect(found({ difference: -1 })).toMatchObject({ outcome: 'problem', detail: { difference: -1 } });
    expect(found({ difference: 1 }).outcome).toBe('problem');
    expect(found({ rejectedExports: 1 }).outcome).toBe('problem');
  });

  it('cannot be told without the summary of k6', () => {
    expect(found({ difference: null })).toMatchObject({
      outcome: 'insufficient-data',
      detail: { difference: 'unknown' },
    });
  });

  it('is compared with the iterations that k6 printed where its summary was switched off', () => {
    const lines = builtSeries({}).load.map((line) => ({ ...line, counters: { 'iterations{scenario:a}': 100 } }));
    const given = (iterations: { complete: number; interrupted: number } | null, rejectedExports = 0) =>
      measurement.analyze({
        load: builtLoad({
          ...{ withoutSummary: true, summary: null, iterations },
          reconciliation: { ...counts, summaryRequests: null, difference: null, rejectedExports },
        }),
        series: indexSeries(lines),
      });
    expect(given({ complete: 6_000, interrupted: 0 })).toMatchObject({
      outcome: 'ok',
      detail: { rule: 'iterations-agree', difference: 'unknown' },
    });
    // One that was cut as it ended may have been exported all the same.
    expect(given({ complete: 5_999, interrupted: 1 }).outcome).toBe('ok');
    expect(given({ complete: 5_999, interrupted: 0 })).toMatchObject({ detail: { rule: 'iterations-differ' } });
    expect(given({ complete: 6_001, interrupted: 5 })).toMatchObject({ outcome: 'problem' });
    expect(given({ complete: 6_000, interrupted: 0 }, 1)).toMatchObject({ outcome: 'problem' });
    expect(given(null)).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'summary-off' } });
  });

  it('is a problem when k6 was silent for seconds, at the end, too', () => {
    const silentFrom = (second: number) =>
      indexSeries(builtSeries({}).load.filter(({ t }) => t <= loadStart + second * 1_000));
    const outcome = (second: number) =>
      measurement.analyze({ load: builtLoad({ reconciliation: counts }), series: silentFrom(second) });
    expect(outcome(50)).toMatchObject({ outcome: 'problem', detail: { silentSeconds: 9 } });
    expect(outcome(58)).toMatchObject({ outcome: 'ok', detail: { silentSeconds: 1 } });
  });
});
