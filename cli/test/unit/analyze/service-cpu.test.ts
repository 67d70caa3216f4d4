import { describe, expect, it } from 'vitest';
import { serviceCpu } from '../../../src/analyze/service-cpu.ts';
import { builtRecord, type Curve } from '../judge/built-run.ts';
import { counting, flat, noise, serverInput, shortLoad } from './server-input.ts';
import { spoken } from './spoken.ts';

const api = 'process_cpu_cores{process:api}';
const wait = 'process_cpu_wait_cores{process:api}';
const host = 'host_cpu_busy_cores';
const isNode = { 'nodejs_active_handles_total{process:api}': flat(3) };

const found = (curves: Readonly<Record<string, Curve>>, changes = {}) =>
  spoken(serviceCpu.analyze(serverInput(curves, changes)));

const quiet = {
  ...isNode,
  [api]: (second: number) => 0.1 + 0.2 * noise(second),
  [wait]: flat(0.1),
  [host]: (second: number) => 1.2 + 0.75 * noise(second),
};

describe('the CPU of the service speaks', () => {
  it('where a Node process uses all of its core, on a machine with many', () => {
    const machine = { host: { ...builtRecord().host, cpuCount: 16 } };
    expect(found({ ...quiet, [api]: flat(1.01) }, machine)).toMatchObject({
      outcome: 'problem',
      confidence: 'high',
      detail: { rule: 'one-core', process: 'api', cpuCores: 1.01, limitCores: 1 },
      evidence: [{ metric: api, comparedWith: { value: 1, what: 'one-core' } }],
    });
  });

  it('where it would have used more, had others not filled the machine', () => {
    expect(found({ ...quiet, [api]: flat(0.79), [wait]: flat(0.3), [host]: flat(1.5) })).toMatchObject({
      confidence: 'medium',
      detail: { rule: 'one-core' },
    });
  });

  it('where a process of many threads uses all processors', () => {
    expect(found({ [api]: flat(1.95), [host]: flat(1.99) }).detail).toMatchObject({ rule: 'all-cores', limitCores: 2 });
    expect(found({ [api]: flat(1.1) }).outcome).toBe('ok');
  });

  it('of a full machine, and who filled it', () => {
    const full = { ...quiet, [host]: flat(1.98) };
    expect(found({ ...full, 'process_cpu_cores{process:mysql}': flat(1.2) }).detail).toMatchObject({
      rule: 'host-full',
      component: 'mysql',
      componentCores: 1.2,
    });
    const shares = { 'process_cpu_cores{process:k6}': flat(0.4), 'process_cpu_cores{process:mysql}': flat(0.5) };
    expect(found({ ...full, ...shares, [api]: flat(0.3) }).detail).toMatchObject({
      rule: 'host-full',
      component: 'mysql',
    });
    const { detail, evidence } = found({ ...full, [api]: flat(0.2), 'process_cpu_cores{process:k6}': flat(0.4) });
    expect(detail.rule).toBe('host-full-others');
    expect(detail.othersCores).toBeCloseTo(1.38, 6);
    expect(evidence.map(({ metric }) => metric)).toEqual([host, 'process_cpu_cores{process:k6}', api]);
  });
});

it('a machine that was full for a few seconds of a minute is not full', () => {
  expect(found({ ...quiet, [host]: (second) => (second < 12 ? 2 : 1) }).outcome).toBe('ok');
  expect(found({ ...quiet, [host]: flat(2) }, shortLoad(10)).detail.rule).toBe('host-full-others');
});

describe('the CPU of the service is silent', () => {
  it('in a quiet run and on a short peak', () => {
    expect(found(quiet)).toMatchObject({ outcome: 'ok', detail: { process: 'api' } });
    expect(found({ ...quiet, [api]: (second) => (second < 4 ? 1 : 0.2) }).outcome).toBe('ok');
  });

  it('on k6 and the stores, and on the machine of the load when the service is elsewhere', () => {
    expect(found({ ...quiet, 'process_cpu_cores{process:k6}': flat(1.2) }).outcome).toBe('ok');
    const apart = { host: { ...builtRecord().host, shared: false } };
    expect(found({ ...quiet, [host]: flat(2) }, apart).outcome).toBe('ok');
  });

  it('with what the process says of itself', () => {
    const own = { ...isNode, 'process_cpu_seconds_total{process:api}': counting(0.25) };
    expect(found(own).detail).toMatchObject({ process: 'api', cpuCores: 0.25 });
  });
});

it.each([
  ['no process was watched', {}, {}, 'not-watched'],
  ['it lasted three seconds', { ...quiet, [api]: flat(1), [host]: flat(2) }, shortLoad(3), 'too-short'],
  ['most readings failed', { ...quiet, [api]: (second: number) => (second % 4 === 0 ? 0.2 : null) }, {}, 'gaps'],
])('the CPU of the service is not known where %s', (_, curves, changes, rule) => {
  expect(found(curves, changes)).toMatchObject({ outcome: 'insufficient-data', detail: { rule } });
});
