import { describe, expect, it } from 'vitest';
import { eventLoop } from '../../../src/analyze/event-loop.ts';
import type { Curve } from '../judge/built-run.ts';
import { flat, longSeries, noise, serverInput, shortLoad } from './server-input.ts';
import { spoken } from './spoken.ts';

const busy = 'nodejs_eventloop_utilization_ratio{process:api}';
const delay = 'nodejs_eventloop_lag_p99_seconds{process:api}';
const longest = 'nodejs_eventloop_lag_max_seconds{process:api}';
const cpu = 'process_cpu_cores{process:api}';
const wait = 'process_cpu_wait_cores{process:api}';

const found = (curves: Readonly<Record<string, Curve>>, changes = {}) =>
  spoken(eventLoop.analyze(serverInput(curves, changes)));

/** As measured at 100 users with think time. */
const quiet = {
  [busy]: (second: number) => 0.15 + 0.1 * noise(second),
  [delay]: (second: number) => 0.011 + 0.005 * noise(second),
  [longest]: (second: number) => 0.012 + 0.03 * noise(second),
  [cpu]: flat(0.13),
  [wait]: flat(0.1),
};

describe('the event loop speaks', () => {
  it('where it has no pause on a processor of its own', () => {
    const finding = found({ ...quiet, [busy]: flat(0.99), [delay]: flat(0.06), [cpu]: flat(0.98) });
    expect(finding).toMatchObject({
      outcome: 'problem',
      confidence: 'high',
      detail: { rule: 'saturated', process: 'api', busyShare: 0.99, cpuCores: 0.98 },
      evidence: [{ metric: busy, value: 0.99, unit: 'share' }, { metric: delay }, { metric: cpu }, { metric: wait }],
    });
  });

  it('where only the last fifteen seconds had no pause', () => {
    const late =
      (calm: number, hot: number): Curve =>
      (second) =>
        second >= 45 ? hot : calm;
    expect(found({ ...quiet, [busy]: late(0.3, 0.97), [cpu]: late(0.3, 0.95) }).detail.rule).toBe('saturated');
  });

  it('of starving, not of saturation, where it waited for a processor longer than it ran', () => {
    expect(found({ ...quiet, [busy]: flat(1), [cpu]: flat(0.25), [wait]: flat(1.1) })).toMatchObject({
      confidence: 'medium',
      detail: { rule: 'starved', cpuCores: 0.25, waitCores: 1.1 },
    });
  });

  it('where one piece of work held it again and again', () => {
    const held: Curve = (second) => (second % 5 === 0 ? 0.41 : 0.012);
    const finding = found({ ...quiet, [longest]: held });
    expect(finding.detail).toMatchObject({ rule: 'blocked', cpuCores: 0.13 });
    expect(finding.detail.longestMs).toBeCloseTo(400, 6);
  });

  it('where nobody watched its CPU, without a cause', () => {
    expect(found({ [busy]: flat(0.99) }).detail.rule).toBe('busy');
  });

  it('of the worker when it is the busier one', () => {
    const worker = {
      'nodejs_eventloop_utilization_ratio{process:worker}': flat(1),
      'process_cpu_cores{process:worker}': flat(1),
    };
    expect(found({ ...quiet, ...worker }).detail).toMatchObject({ rule: 'saturated', process: 'worker' });
  });
});

describe('the event loop is silent', () => {
  it('in a quiet run', () => {
    expect(found(quiet)).toMatchObject({ outcome: 'ok', detail: { process: 'api' } });
  });

  it('on a few busy or late readings, and on the timer of 10 ms', () => {
    const peak: Curve = (second) => (second >= 20 && second < 24 ? 1 : 0.2);
    const once: Curve = (second) => (second === 30 ? 0.5 : 0.012);
    expect(found({ ...quiet, [busy]: peak, [longest]: once }).outcome).toBe('ok');
    expect(found({ ...quiet, [delay]: flat(0.105) }).outcome).toBe('ok');
  });

  it('with the delay alone', () => {
    expect(found({ [delay]: flat(0.015) })).toMatchObject({ outcome: 'ok', detail: { rule: 'ok-delay' } });
  });
});

describe('the event loop does not say that all is well', () => {
  it.each([
    ['where no Node metric is there', {}, {}, 'not-watched'],
    ['after three seconds', { ...quiet, [busy]: flat(1) }, shortLoad(3), 'too-short'],
    ['where most readings failed', { [busy]: (second: number) => (second % 3 === 0 ? 0.2 : null) }, {}, 'gaps'],
    ['where it read nothing but NaN', { [busy]: flat(Number.NaN) }, {}, 'not-watched'],
  ])('%s', (_, curves, changes, rule) => {
    expect(found(curves, changes)).toMatchObject({ outcome: 'insufficient-data', detail: { rule } });
  });
});

it('the event loop of six hours is judged like that of a minute', () => {
  const series = longSeries(21_602, {
    [busy]: (second) => (second > 9_000 && second < 9_100 ? 0.99 : 0.2),
    [cpu]: flat(1) as () => number,
  });
  expect(found({}, { ...shortLoad(21_600), series }).detail.rule).toBe('saturated');
});
