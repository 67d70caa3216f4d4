import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/judge/verdict.ts';
import type { RunRecord } from '../../../src/record/run-record.ts';
import { builtLoad, builtRecord, builtSeries, loadStart } from './built-run.ts';

const limit = { threshold: 'p(95)<200', abortOnFail: true };
const noDrops = { threshold: 'count==0', abortOnFail: true };

interface Stopped {
  readonly stop?: boolean;
  /** As k6 counts it. */
  readonly loadedMs?: number;
  readonly foreign?: boolean;
  readonly thirdCount?: number;
}

/** Three steps of 20 s; the second broke, and k6 stopped in the third before anything came back. */
function run({ stop = true, loadedMs = 40_000, foreign = false, thirdCount = 0 }: Stopped = {}) {
  const steps = ['step_1', 'step_2', 'step_3'];
  const asAsked = (item: { threshold: string; abortOnFail: boolean }) => [stop ? item : item.threshold];
  const thresholds = Object.fromEntries(
    steps.flatMap((step) => [
      [`http_req_duration{scenario:${step}}`, asAsked(limit)],
      [`dropped_iterations{scenario:${step}}`, asAsked(noDrops)],
    ]),
  );
  const trend = (p95: number) => ({ count: 400, avg: 20, 'p(95)': p95 });
  const load = builtLoad({
    exitCode: 99,
    // k6 made users for half a minute before.
    endedAt: loadStart + 30_000 + loadedMs,
    summary: {
      http_reqs: { count: 6_000, rate: 6_000 / (loadedMs / 1_000) },
      'http_req_duration{scenario:step_1}': trend(20),
      'http_req_duration{scenario:step_2}': trend(900),
      // k6 left nothing of a trend without samples, and zeros of a counter.
      'dropped_iterations{scenario:step_1}': { count: 0 },
      'dropped_iterations{scenario:step_2}': { count: 0 },
      'dropped_iterations{scenario:step_3}': { count: 0 },
      'http_reqs{scenario:step_3}': { count: thirdCount },
    },
    thresholds: Object.keys(thresholds).map((metric) => ({
      metric,
      expression: metric.startsWith('http') ? 'p(95)<200' : 'count==0',
      held: metric !== 'http_req_duration{scenario:step_2}',
    })),
  });
  const scenario: RunRecord['scenario'] = {
    name: 'order',
    file: 'scenarios/order.ts',
    sha256: 'a'.repeat(64),
    profile: 'stress',
    seed: 1,
    model: 'open',
    shape: '',
    plannedMs: 60_000,
    maxVus: 10,
    options: { thresholds },
    parameters: {},
    foreign,
    strict: false,
    flags: [],
    endpoints: [],
  };
  return judge({
    record: builtRecord({ scenario, load }),
    series: builtSeries({ 'process_cpu_cores{process:k6}': () => 0.1 }),
    gates: [],
  });
}

function of(judgement: ReturnType<typeof run>, step: string) {
  return judgement.thresholds.filter(({ metric }) => metric.includes(step));
}

describe('a load that a broken threshold stopped', () => {
  it('has failed, whatever the steps behind the break could not show', () => {
    const judgement = run();
    expect(judgement.verdict).toMatchObject({ name: 'FAIL', exitCode: 99 });
    expect(judgement.verdict.reasons.map(({ id }) => id)).toEqual(['threshold-broken']);
    expect(of(judgement, 'step_2')).toMatchObject([{ outcome: 'broken' }, { outcome: 'held' }]);
  });

  it('has no result of what was not begun, not even that it dropped nothing', () => {
    const unmeasured = { outcome: 'no-data', observed: null, reason: 'stopped-early' };
    expect(of(run(), 'step_3')).toMatchObject([unmeasured, unmeasured]);
    expect(of(run({ thirdCount: 3 }), 'step_3')).toMatchObject([unmeasured, { outcome: 'held', observed: 0 }]);
  });

  it("has k6's own verdict where the script is a stranger's, with nothing to note beside it", () => {
    const { verdict } = run({ foreign: true });
    expect(verdict).toMatchObject({ name: 'FAIL', exitCode: 99 });
    expect(verdict.reasons.map(({ id }) => id)).toEqual(['threshold-broken']);
  });
});

describe('a threshold without samples is a lack of data all the same', () => {
  it.each<[string, Stopped]>([
    ['where no threshold could stop the load', { stop: false }],
    ['where the load came to its planned end', { loadedMs: 61_000 }],
  ])('%s', (_, stopped) => {
    const judgement = run(stopped);
    expect(of(judgement, 'step_3')).toMatchObject([{ outcome: 'no-data', reason: 'no-sample' }, { outcome: 'held' }]);
    expect(judgement.verdict.exitCode).toBe(95);
  });
});
