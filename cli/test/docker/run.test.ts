import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settledLeftover } from '../e2e/leftover.ts';
import { type Finished, loadUnderWay, onlyRun, readLines, workplaces } from '../e2e/loadkit.ts';
import { docker, type Owned, ownedBy, settledOwned, settledVolumes, strayVolumes } from './engine.ts';

const { place, removeAll } = workplaces();
let volumesBefore: string[];

beforeAll(async () => {
  volumesBefore = await strayVolumes();
});
afterAll(removeAll);

describe('loadkit run coupon --stack docker', () => {
  const here = place();
  let finished: Finished;
  let pid: number;
  let during: Owned[];

  beforeAll(async () => {
    const running = here.start(['run', 'coupon', '--profile', 'smoke', '--stack', 'docker'], {
      TEST_MARK: here.folder,
    });
    pid = running.pid;
    await loadUnderWay(here, running);
    during = await ownedBy(pid);
    finished = await running.ended;
  });

  it('ends with PASS and exit code 0', () => {
    expect(finished.stderr).not.toContain('internal error');
    expect(finished.stdout).toMatch(/^PASS {2}coupon/m);
    expect(finished.exitCode).toBe(0);
    expect(onlyRun(here).record.stack).toEqual({ provider: 'docker' });
  });

  it('ran its stores in a project of its own, each part with the label of its owner', () => {
    expect(new Set(during.map(({ project }) => project)).size).toBe(1);
    expect(during[0]?.project).toMatch(/^loadkit-run-/);
    const services = during.filter(({ kind }) => kind === 'container').map(({ service }) => service);
    expect(services.sort()).toEqual(['kafka', 'mysql', 'redis']);
    expect(during.filter(({ kind }) => kind === 'volume')).toHaveLength(3);
    expect(during.filter(({ kind }) => kind === 'network')).toHaveLength(1);
  });

  it('leaves no container, volume, network, process or temp folder', async () => {
    expect(await settledOwned(pid, 0)).toEqual([]);
    expect(await settledVolumes(volumesBefore)).toEqual([]);
    const { processes, folders } = await settledLeftover({ pid, mark: here.folder }, 3_000);
    expect(folders).toEqual([]);
    // A Redis on this machine is of somebody else's run.
    expect(processes.filter((command) => !command.includes('redis-server'))).toEqual([]);
  });

  it('records what the servers report of themselves, and their image', () => {
    const { parts } = onlyRun(here).record;
    const stores = parts.filter(({ origin }) => origin === 'docker');
    expect(stores.map(({ name }) => name).sort()).toEqual(['kafka', 'mysql', 'redis']);
    for (const { name, version, settings } of stores) {
      expect(version, name).toMatch(/^\d+\.\d+/);
      expect(settings.image, name).toMatch(/^[a-z/]+:\d/);
    }
    const settings = Object.assign({}, ...stores.map((store) => store.settings));
    expect(settings).toMatchObject({ appendfsync: 'everysec', innodb_flush_log_at_trx_commit: 1, 'num.partitions': 1 });
    expect(JSON.stringify(parts)).not.toMatch(/password/i);
  });

  it('reads CPU and memory of each container in nearly every second, and every probe', () => {
    const { record, folder } = onlyRun(here);
    const load = record.load ?? { startedAt: 0, endedAt: 0 };
    const lines = readLines(folder).filter((line) => line.kind === 'sample');
    const samples = lines.filter(({ probe, t }) => probe === 'process' && t >= load.startedAt && t <= load.endedAt);
    expect(samples.length).toBeGreaterThan(2);
    for (const store of ['redis', 'mysql', 'kafka']) {
      for (const metric of ['process_cpu_cores', 'process_rss_bytes', 'process_threads']) {
        const values = samples.flatMap(({ values }) => values?.[`${metric}{process:${store}}`] ?? []);
        expect(values.length, `${metric} of ${store}`).toBeGreaterThanOrEqual(samples.length - 1);
        expect(Math.min(...values), `${metric} of ${store}`).toBeGreaterThan(0);
      }
    }
    const latest = (key: string) => samples.at(-1)?.values?.[key] ?? 0;
    expect(latest('process_rss_bytes{process:mysql}')).toBeGreaterThan(100_000_000);
    expect(latest('process_rss_bytes{process:redis}')).toBeLessThan(100_000_000);
    expect(record.probeNotes).toEqual({});
    const mysql = lines.findLast(({ probe, values }) => probe === 'mysql' && values !== undefined);
    expect(mysql?.values).toMatchObject({ mysql_deadlocks: 0, mysql_lock_waiters: 0 });
  });

  it("keeps the stores' logs in the run folder", () => {
    const { folder } = onlyRun(here);
    const log = (name: string) => readFileSync(join(folder, 'logs', `${name}.log`), 'utf8');
    expect(log('redis')).toContain('Ready to accept connections');
    expect(log('mysql')).toContain('ready for connections');
    expect(log('kafka')).toContain('Kafka Server started');
  });
});

describe('a container that is killed in the load', () => {
  it('is an event, the run goes on, and the verdict says so', async () => {
    const here = place();
    const args = ['run', 'coupon', '--duration', '10s', '--vus', '20', '--stack', 'docker', '--no-warmup'];
    const running = here.start(args);
    await loadUnderWay(here, running);
    const redis = (await ownedBy(running.pid)).find(({ service }) => service === 'redis');
    await docker('kill', redis?.name ?? '');
    const { exitCode } = await running.ended;
    const { record, folder } = onlyRun(here);
    const lines = readLines(folder);
    const [died, ...others] = lines.filter((line) => line.kind === 'event' && line.name === 'process-exited');
    expect(died).toMatchObject({ subject: 'redis', detail: expect.stringMatching(/^signal SIGKILL\n/) });
    expect(others).toEqual([]);
    const last = lines.findLast((line) => line.kind === 'sample' && line.probe === 'process');
    expect(Object.keys((last?.kind === 'sample' && last.values) || {}).filter((key) => key.includes('redis'))).toEqual(
      [],
    );
    expect(record.judgement?.verdict.reasons).toContainEqual(
      expect.objectContaining({ id: 'part-died', values: expect.objectContaining({ process: 'redis' }) }),
    );
    expect(exitCode).toBe(95);
    expect(await settledOwned(running.pid, 0)).toEqual([]);
  });
});

describe('two runs at once', () => {
  it('do not meet: each has its own project and its own data, and nothing is left', async () => {
    const [one, two] = [place(), place()];
    const args = ['run', 'coupon', '--profile', 'smoke', '--stack', 'docker', '--no-warmup'];
    const runs = [one, two].map((here) => ({ here, running: here.start(args) }));
    for (const { here, running } of runs) await loadUnderWay(here, running);
    const projects = await Promise.all(
      runs.map(async ({ running }) => new Set((await ownedBy(running.pid)).map(({ project }) => project))),
    );
    expect(projects.map(({ size }) => size)).toEqual([1, 1]);
    expect(new Set(projects.flatMap((names) => [...names])).size).toBe(2);
    for (const { here, running } of runs) {
      await running.ended;
      const { record } = onlyRun(here);
      expect(record.status).toBe('complete');
      expect(record.errors).toEqual([]);
      expect(record.invariants.filter(({ outcome }) => outcome !== 'held')).toEqual([]);
      expect(await settledOwned(running.pid, 0)).toEqual([]);
    }
  });
});
