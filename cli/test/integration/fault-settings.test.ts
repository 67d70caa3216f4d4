import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cleanUp } from '../../src/faults/cleanup.ts';
import type { FaultTarget } from '../../src/faults/fault-target.ts';
import { readJournal } from '../../src/faults/journal.ts';
import { freePorts } from '../../src/stack/ports.ts';
import { systemClock } from '../../src/system/clock.ts';
import { type Injector, startInjector, until } from './fault-injector.ts';

const program = fileURLToPath(new URL('../fixtures/faults/service.mjs', import.meta.url));
const ports = freePorts();
const contentSchema = z.strictObject({ id: z.string(), until: z.number(), settings: z.record(z.string(), z.string()) });

/** A service of two processes that take changed settings from a file. */
async function startService(overridesFile: string) {
  const running = new Map<string, ChildProcess>();
  const portOf = { api: await ports.next(), worker: await ports.next() };
  const start = async (name: 'api' | 'worker', { deaf = false } = {}) => {
    const args = [program, String(portOf[name]), ...(deaf ? [] : [overridesFile])];
    const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    running.set(name, child);
    await once(child.stdout, 'data');
  };
  const stop = async (name: 'api' | 'worker') => {
    const child = running.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  await Promise.all([start('api'), start('worker')]);
  const page = (name: 'api' | 'worker') => `http://127.0.0.1:${portOf[name]}/metrics`;
  return {
    start,
    stop,
    metrics: async (name: 'api' | 'worker') => (await fetch(page(name))).text(),
    endOf: async (name: 'api' | 'worker') => running.get(name)?.signalCode ?? null,
    target: (): Partial<FaultTarget> => ({
      processes: [...running].flatMap(([name, { pid }]) => (pid === undefined ? [] : [{ name, pid }])),
      overridesFile,
      overridable: ['ISSUE_STRATEGY', 'NAIVE_GAP_MS', 'ACCRUAL_COMMIT', 'ACCRUAL_DELAY_MS'],
      overridesMetric: 'settings_override',
      metricsUrls: { api: page('api'), worker: page('worker') },
    }),
    end: async () => void (await Promise.all([stop('api'), stop('worker')])),
  };
}

describe('a fault that changes settings of the running service', () => {
  let folder: string;
  let overridesFile: string;
  let injector: Injector | undefined;
  let service: Awaited<ReturnType<typeof startService>>;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lk-fault-'));
    mkdirSync(join(folder, 'stack'));
    overridesFile = join(folder, 'stack', 'overrides.json');
    service = await startService(overridesFile);
  });
  afterEach(async () => {
    await injector?.end();
    injector = undefined;
    await service.end();
    rmSync(folder, { recursive: true, force: true });
  });

  function inject(fault: string, changes: Partial<FaultTarget> = {}, order = {}): Injector {
    injector = startInjector(folder, fault, { ...service.target(), ...changes }, order);
    return injector;
  }
  const content = () => contentSchema.parse(JSON.parse(readFileSync(overridesFile, 'utf8')));

  it('stands when every process says so, and is over when the file is gone', async () => {
    const begun = Date.now();
    const { standing, journalFile, signal, exited, words } = inject('coupon-race', {}, { maxMs: 60_000 });
    const { t, facts } = await standing();
    expect(facts).toEqual({ ISSUE_STRATEGY: 'naive', NAIVE_GAP_MS: '10' });
    const [entry] = (await readJournal(journalFile))?.steps ?? [];
    expect(entry).toMatchObject({ done: false, step: { kind: 'overrides', file: overridesFile } });
    const id = entry?.step.kind === 'overrides' ? entry.step.id : '';
    const { until: endsAt, ...rest } = content();
    expect(rest).toEqual({ id, settings: facts });
    // By then the injector undoes it itself; where nobody does, the service drops it.
    expect(endsAt).toBeGreaterThan(begun);
    expect(endsAt).toBeLessThanOrEqual(t + 60_000);
    for (const name of ['api', 'worker'] as const) expect(await service.metrics(name)).toContain(id);
    signal('SIGTERM');
    expect(await exited).toBe(0);
    expect(words.at(-1)).toMatchObject({
      kind: 'reverted',
      by: 'order',
      undone: [{ kind: 'overrides', subject: id, outcome: 'undone', error: null }],
    });
    expect(readdirSync(join(folder, 'stack'))).toEqual([]);
    expect(await service.metrics('api')).toBe('');
  });

  it('is undone when the injector is killed with all that it leads', async () => {
    const { standing, killGroup, exited, journalFile } = inject('coupon-race');
    await standing();
    killGroup();
    await exited;
    expect(await until(() => !existsSync(overridesFile) && !existsSync(journalFile))).toBe(true);
  });

  it('is undone by the next command when nobody is left who would', async () => {
    const { standing, killGroup, killGuard, exited } = inject('coupon-race');
    await standing();
    await killGuard();
    killGroup();
    await exited;
    expect(existsSync(overridesFile)).toBe(true);
    expect(await cleanUp(folder)).toMatchObject([
      { fault: 'coupon-race', state: 'undone', undone: [{ kind: 'overrides', outcome: 'undone' }] },
    ]);
    expect(existsSync(overridesFile)).toBe(false);
    expect(await cleanUp(folder)).toEqual([]);
  });

  it('waits for a process that is just being started again', async () => {
    const { standing, journalFile } = inject('coupon-race', {}, { startAt: Date.now() + 3_000 });
    // It has looked at the target by then.
    expect(await until(() => existsSync(journalFile))).toBe(true);
    await service.stop('worker');
    expect(await until(() => existsSync(overridesFile))).toBe(true);
    await systemClock.sleep(300);
    await service.start('worker');
    await standing();
    expect(await service.metrics('worker')).toContain('settings_override');
  });

  it('is refused, and leaves nothing, where a process does not take them', async () => {
    await service.stop('worker');
    await service.start('worker', { deaf: true });
    const { exited, words } = inject('coupon-race');
    expect(await exited).toBe(93);
    expect(words).toMatchObject([
      {
        kind: 'failed',
        code: 'settings-not-taken',
        message: 'worker did not confirm the changed settings within 5000 ms',
        undone: [{ kind: 'overrides', outcome: 'undone' }],
      },
    ]);
    expect(readdirSync(join(folder, 'stack'))).toEqual([]);
  });

  it.each([
    [{ overridesFile: null }, 'the target cannot be told to change settings while it runs'],
    [{ overridable: ['NAIVE_GAP_MS'] }, 'the target cannot be told to change ISSUE_STRATEGY while it runs'],
    [{ overridesMetric: null }, 'nobody tells whether changed settings are in force'],
    [{ metricsUrls: {} }, 'nobody tells whether changed settings are in force'],
  ])('is refused with exit code 2 where the target knows of no such thing: %j', async (changes, message) => {
    const { exited, words } = inject('coupon-race', changes);
    expect(await exited).toBe(2);
    expect(words).toMatchObject([{ kind: 'failed', code: 'fault-settings', message, undone: [] }]);
    expect(readdirSync(join(folder, 'stack'))).toEqual([]);
  });

  it('is refused with exit code 93 where the metrics of a process cannot be read', async () => {
    await service.stop('worker');
    const { exited, words } = inject('coupon-race');
    expect(await exited).toBe(93);
    expect(words).toMatchObject([{ kind: 'failed', code: 'metrics-unreachable', undone: [] }]);
    expect(readdirSync(join(folder, 'stack'))).toEqual([]);
  });

  it('kills a process when they are in force, and leaves the others alone', async () => {
    const { processes = [] } = service.target();
    const pid = processes.find(({ name }) => name === 'worker')?.pid;
    const { standing, signal, exited } = inject('offset-before-processing');
    expect((await standing()).facts).toEqual({
      ACCRUAL_COMMIT: 'before',
      ACCRUAL_DELAY_MS: '500',
      process: 'worker',
      pid,
    });
    expect(await until(async () => (await service.endOf('worker')) === 'SIGKILL')).toBe(true);
    expect(await service.metrics('api')).toContain('settings_override');
    signal('SIGTERM');
    expect(await exited).toBe(0);
    expect(await service.metrics('api')).toBe('');
  });
});
