import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge } from '../../src/judge/verdict.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { indexSeries } from '../../src/record/series-index.ts';
import type { ReportedRun } from '../../src/report/api-figures.ts';
import { loadTime } from '../../src/report/load-time.ts';
import { type Step, stepsOf } from '../../src/report/step.ts';
import { type StepFigures, stepFigures } from '../../src/report/step-figures.ts';
import { stepOutcome } from '../../src/report/step-outcome.ts';
import { builtRecord } from '../unit/judge/built-run.ts';
import { type Given, type LoadFixture, openLoadFixture } from './load/load-fixture.ts';
import { startTargetServer, type TargetServer } from './load/target-server.ts';
import { findK6 } from './scenario-k6.ts';
import { type ScenarioTarget, startTarget } from './scenario-target.ts';

const k6 = findK6() ?? '';
if (k6 === '') console.warn('미실시: figures per step, k6 is not installed (loadkit setup)');

const order = fileURLToPath(new URL('../../../scenarios/order.ts', import.meta.url));

let fixture: LoadFixture;
let target: TargetServer;
let queue: ScenarioTarget;

beforeAll(async () => {
  fixture = await openLoadFixture();
  target = await startTargetServer();
  let free = 0;
  queue = await startTarget(() => {
    free = Math.max(performance.now(), free) + 10;
    return { status: 201, body: '{"orderId":"1"}', after: free - performance.now() };
  });
});
afterAll(async () => {
  await fixture.close();
  await target.close();
  await queue.close();
});

async function measured(script: string, given: Given): Promise<ReportedRun> {
  const { scenario } = await fixture.inspect(script, given);
  const { outcome, lines } = await fixture.run(script, given);
  const series = indexSeries(lines);
  const record = builtRecord({ scenario, load: outcome, phases: [], drain: null, invariants: [] });
  return { record: { ...record, judgement: judge({ record, series, gates: [] }) }, series };
}

function tableOf(run: ReportedRun): Array<{ step: Step; figures: StepFigures }> {
  const time = loadTime(run);
  if (time === null) throw new Error('nothing was loaded');
  return stepsOf(run.record).map((step) => ({ step, figures: stepFigures(run, step, time) }));
}

/** Without the figures that thresholds on the `scenario` tag made, so that only the series is left. */
function withoutSplits(run: ReportedRun): ReportedRun {
  const { load } = run.record;
  if (load === null) return run;
  const summary = Object.fromEntries(Object.entries(load.summary ?? {}).filter(([key]) => !key.includes('scenario:')));
  return { ...run, record: { ...run.record, load: { ...load, summary } } };
}

function ownFigure(record: RunRecord, metric: string, figure: string): number {
  const value = record.load?.summary?.[metric]?.[figure];
  if (value === undefined) throw new Error(`k6 has no ${figure} of ${metric}`);
  return value;
}

describe.skipIf(k6 === '')('figures per step', () => {
  test('of a stress that breaks are those of k6, the series alone tells the same, and the run fails with 99', async () => {
    const env = { STEPS: '4', STEP_FACTOR: '3' };
    const parameters = { profile: 'stress', rate: '20', duration: '2s', vus: '150', env };
    const run = await measured(order, { baseUrl: queue.baseUrl, parameters });
    const rows = tableOf(run);
    const bySeries = tableOf(withoutSplits(run));
    expect(rows.map(({ step }) => step.scenario.name)).toEqual(['step_1', 'step_2', 'step_3', 'step_4']);

    for (const [index, { step, figures }] of rows.slice(0, 3).entries()) {
      const { name } = step.scenario;
      const trend = `http_req_duration{scenario:${name},expected_response:true}`;
      const alone = bySeries[index]?.figures;
      expect(figures).toMatchObject({
        isReached: true,
        requests: ownFigure(run.record, `http_reqs{scenario:${name}}`, 'count'),
        dropped: ownFigure(run.record, `dropped_iterations{scenario:${name}}`, 'count'),
        failureRate: 0,
        expected: {
          p95Ms: ownFigure(run.record, trend, 'p(95)'),
          p99Ms: ownFigure(run.record, trend, 'p(99)'),
          approximate: false,
        },
      });
      expect(alone).toMatchObject({ requests: figures.requests, dropped: figures.dropped });
      expect(alone?.expected?.approximate).toBe(true);
      const ratio = (alone?.expected?.p95Ms ?? 0) / (figures.expected?.p95Ms ?? 1);
      expect(ratio).toBeGreaterThan(0.9);
      expect(ratio).toBeLessThan(1.1);
    }
    expect(rows.slice(0, 3).map(({ step }) => stepOutcome(run.record, step.scenario.name))).toEqual([
      'held',
      'held',
      'broken',
    ]);
    expect(run.record.judgement?.verdict).toMatchObject({ name: 'FAIL', exitCode: 99 });
    const unshown = run.record.judgement?.thresholds.filter(({ outcome }) => outcome === 'no-data') ?? [];
    expect(unshown.every(({ reason, metric }) => reason === 'stopped-early' && metric.includes('step_4'))).toBe(true);
  });

  test('of a step in time are its arrivals over its length, and late answers are not its throughput', async () => {
    const parameters = { profile: 'stress', rate: '50', duration: '3s', env: { STEPS: '2', STEP_FACTOR: '2' } };
    const run = await measured(order, { baseUrl: target.baseUrl, parameters });
    const [first, second] = tableOf(run);
    expect(first?.figures.perSecond).toBeCloseTo((first?.figures.requests ?? 0) / 3, 5);
    expect(second?.figures.perSecond).toBeLessThanOrEqual((second?.figures.requests ?? 0) / 3 + 1e-9);
  });

  test('of the stages of a ramp are cut by time: none is lost, none is counted twice', async () => {
    const script = join(fixture.folder, 'ramp.js');
    await writeFile(script, rampScript);
    const run = await measured(script, { baseUrl: target.baseUrl });
    const rows = tableOf(run);
    expect(rows.map(({ step }) => [step.stage, step.offered, step.startMs, step.lengthMs])).toEqual([
      [1, { kind: 'rate', from: 20, to: 20 }, 0, 3_000],
      [2, { kind: 'rate', from: 200, to: 200 }, 3_000, 3_000],
    ]);
    const total = rows.reduce((sum, { figures }) => sum + (figures.requests ?? 0), 0);
    const all = ownFigure(run.record, 'http_reqs', 'count');
    // An export whose middle lies beyond an edge of the load belongs to no stage.
    expect(total).toBeLessThanOrEqual(all);
    expect(total).toBeGreaterThan(all * 0.7);
    const [slow, fast] = rows.map(({ figures }) => figures.perSecond ?? 0);
    expect(fast).toBeGreaterThan((slow ?? 0) * 2);
  });
});

const rampScript = `
import http from 'k6/http';
export const options = {
  scenarios: {
    ramp: {
      executor: 'ramping-arrival-rate',
      startRate: 20,
      preAllocatedVUs: 60,
      stages: [{ duration: '3s', target: 20 }, { duration: '0s', target: 200 }, { duration: '3s', target: 200 }],
    },
  },
};
export default () => http.get(__ENV.BASE_URL);
`;
