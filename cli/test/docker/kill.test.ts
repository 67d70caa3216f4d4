import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadUnderWay, workplaces } from '../e2e/loadkit.ts';
import { docker, ownedBy, settledOwned, settledVolumes, strayVolumes } from './engine.ts';
import { openSite } from './site.ts';

const { place, removeAll } = workplaces();
const args = ['run', 'coupon', '--duration', '60s', '--stack', 'docker', '--no-warmup'];
/** The engine has as long to remove what a killed command left. */
const removalMs = 20_000;
let volumesBefore: string[];

beforeAll(async () => {
  volumesBefore = await strayVolumes();
});
afterEach(async () => {
  expect(await settledVolumes(volumesBefore)).toEqual([]);
});
afterAll(removeAll);

describe('kill -9 of loadkit', () => {
  it('in the load: no container, volume or network is left', async () => {
    const here = place();
    const running = here.start(args);
    await loadUnderWay(here, running);
    expect((await ownedBy(running.pid)).length).toBeGreaterThan(0);
    running.kill('SIGKILL');
    await running.ended;
    const killedAt = performance.now();
    expect(await settledOwned(running.pid, removalMs)).toEqual([]);
    console.warn(`kill -9: all gone after ${((performance.now() - killedAt) / 1000).toFixed(1)} s`);
  });

  it.each([0, 200, 500, 1_000, 3_000])('%i ms after its first part is there: nothing is left', async (afterMs) => {
    const here = place();
    const running = here.start(args);
    await somethingOf(running.pid);
    await sleep(afterMs);
    running.kill('SIGKILL');
    await running.ended;
    // Longer than the end command's second look, which catches what the engine was still making.
    await sleep(4_000);
    expect(await settledOwned(running.pid, removalMs)).toEqual([]);
  });

  it('together with its watchdog: the next start sweeps what is left, and nothing of those who live', async () => {
    const here = place();
    const running = here.start(args);
    await loadUnderWay(here, running);
    const left = await ownedBy(running.pid);
    process.kill(watchdogOf(running.pid), 'SIGKILL');
    running.kill('SIGKILL');
    await running.ended;
    expect(await ownedBy(running.pid)).toEqual(left);

    const [living, next] = [await openSite(), await openSite()];
    try {
      await living.start();
      expect(await ownedBy(running.pid)).toEqual([]);
      const ours = await ownedBy(process.pid);
      await next.start();
      expect(await ownedBy(process.pid)).toEqual(expect.arrayContaining(ours));
    } finally {
      await Promise.all([living.close(), next.close()]);
    }
    expect(await settledOwned(process.pid, 0)).toEqual([]);
  });
});

it('leaves alone what is no run, though it lies around', async () => {
  const label = 'loadkit.owner={"host":"elsewhere","pid":1,"startedAt":"1"}';
  await docker(
    'network',
    'create',
    `--label=${label}`,
    '--label=com.docker.compose.project=loadkit-run-x',
    'lk-theirs',
  );
  const site = await openSite();
  try {
    await site.start();
    expect(await docker('network', 'ls', '--filter=name=lk-theirs', '--quiet')).not.toBe('');
  } finally {
    await site.close();
    await docker('network', 'rm', 'lk-theirs');
  }
});

async function somethingOf(pid: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  while ((await ownedBy(pid)).length === 0) {
    if (Date.now() > deadline) throw new Error(`the engine has nothing of process ${pid}`);
    await sleep(20);
  }
}

function watchdogOf(pid: number): number {
  const found = readdirSync('/proc').find((name) => {
    try {
      const isChild =
        /^\d+$/.test(name) && new RegExp(`^PPid:\\s+${pid}$`, 'm').test(readFileSync(`/proc/${name}/status`, 'utf8'));
      return isChild && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('watchdog');
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`process ${pid} has no watchdog`);
  return Number(found);
}
