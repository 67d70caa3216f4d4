import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/judge/verdict.ts';
import type { Load, RunRecord } from '../../../src/record/run-record.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { histogramOf } from '../stats/seeded-samples.ts';
import { builtLoad, builtRecord, builtSeries } from './built-run.ts';

const idle = {
  'process_cpu_cores{process:k6}': () => 0.3,
  'process_cpu_wait_cores{process:k6}': () => 0.05,
  'process_cpu_cores{process:api}': () => 0.2,
  host_cpu_busy_cores: () => 0.8,
};

/** A minute at 100 requests a second, of 10 … 29 ms; k6 printed as many iterations. */
function series() {
  const answers = histogramOf(
    Array.from({ length: 100 }, (_, n) => 10 + (n % 20)),
    5,
  );
  const { load, readings } = builtSeries(idle);
  return indexSeries([
    ...load.map((line) => ({
      ...line,
      counters: { ...line.counters, 'iterations{scenario:a}': 100 },
      histograms: { 'http_req_duration{name:issue_coupon}': answers },
    })),
    ...[...readings.values()].flat(),
  ]);
}

const theirs: RunRecord['scenario'] = {
  ...{ name: 'theirs', file: 'theirs.js', sha256: 'a'.repeat(64), profile: null, seed: null, model: 'closed' },
  ...{ shape: '1 VU · 60s', plannedMs: 60_000, maxVus: 1, options: {}, parameters: {}, endpoints: [] },
  ...{ foreign: true, strict: false, flags: [] },
};

function judged(expression: string, load: Partial<Load> = {}, record: Partial<RunRecord> = {}) {
  const thresholds = [{ metric: 'http_req_duration{name:issue_coupon}', expression, held: null }];
  const reconciliation = { seriesRequests: 6_000, summaryRequests: null, difference: null, rejectedExports: 0 };
  const built = builtLoad({ withoutSummary: true, summary: null, thresholds, reconciliation, ...load });
  return judge({ record: builtRecord({ load: built, ...record }), series: series(), gates: [] });
}

const endOf = (...given: Parameters<typeof judged>) => {
  const { name, exitCode, reasons } = judged(...given).verdict;
  return [name, exitCode, reasons.map(({ id }) => id)];
};

describe('the verdict on a run whose k6 kept no samples', () => {
  it('is that of the thresholds in the series, though k6 itself ended with 0', () => {
    expect(endOf('max<30')).toEqual(['PASS', 0, []]);
    expect(endOf('max<29')).toEqual(['FAIL', 99, ['threshold-broken']]);
    expect(endOf('p(95)<28.1')).toEqual(['INCONCLUSIVE', 95, ['threshold-no-data']]);
  });

  it('is the same for a script that is not ours, where the word of k6 would have stood', () => {
    const foreign = { scenario: theirs, invariants: [] };
    expect(endOf('max<30', {}, foreign)).toEqual(['PASS', 0, []]);
    expect(endOf('max<29', {}, foreign)).toEqual(['FAIL', 99, ['threshold-broken']]);
    expect(endOf('p(95)<28.1', {}, foreign)).toEqual(['INCONCLUSIVE', 95, ['threshold-no-data']]);
  });

  it('is k6’s where its script failed', () => {
    expect(endOf('max<30', { exitCode: 107 }, { scenario: theirs, invariants: [] })).toEqual([
      ...['SCRIPT_FAILURE', 107],
      ['script-failed'],
    ]);
  });

  it('is inconclusive when exports were lost, because nothing else holds the figures', () => {
    const lost = { iterations: { complete: 6_100, interrupted: 0 } };
    expect(endOf('max<30', lost)).toEqual(['INCONCLUSIVE', 95, ['iterations-differ']]);
    expect(endOf('max<30', lost, { scenario: theirs, invariants: [] })).toMatchObject(['INCONCLUSIVE', 95, {}]);
    const rejected = { seriesRequests: 6_000, summaryRequests: null, difference: null, rejectedExports: 2 };
    expect(endOf('max<30', { reconciliation: rejected })).toEqual(['INCONCLUSIVE', 95, ['exports-rejected']]);
  });

  it('keeps what was measured with the range that it lies in', () => {
    const [result] = judged('p(95)<28.1').thresholds;
    expect(result).toMatchObject({ source: 'series', outcome: 'no-data', reason: 'within-error', samples: 6_000 });
    expect(result?.range?.least).toBeLessThan(28.1);
    expect(result?.range?.most).toBeGreaterThan(28.1);
  });
});
