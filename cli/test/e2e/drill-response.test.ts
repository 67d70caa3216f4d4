import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { settledLeftover } from './leftover.ts';
import { cacheWithoutStacks, onlyRun, runFolders, workplaces } from './loadkit.ts';

const { place, removeAll } = workplaces();
const cache = cacheWithoutStacks();
afterAll(() => {
  removeAll();
  cache.remove();
});
const env = { XDG_CACHE_HOME: cache.home };
const short = ['--no-placebo', '--baseline', '14s', '--hold', '14s', '--recover', '12s', '--quiet'];

/** Gives the lock back, by the address of Redis that it is told. */
const unlock = `
const { createConnection } = require('node:net');
const { hostname, port } = new URL(process.env.REDIS_URL);
const socket = createConnection(Number(port), hostname, () => socket.write('DEL coupon:campaign:1:lock\\r\\n'));
socket.on('data', (answer) => { console.log('DEL answered', String(answer).trim(), process.env.BASE_URL); socket.end(); });
`;

describe('a response at the first alarm', () => {
  it('ends the impact while the fault is still held, and the report has it', async () => {
    const here = place();
    writeFileSync(join(here.folder, 'unlock.cjs'), unlock);
    const finished = await here.loadkit(['drill', 'lock-orphan', ...short, '--mitigate', 'node unlock.cjs'], {
      ...env,
      TEST_MARK: here.folder,
    });
    expect(finished.exitCode, `${finished.stdout}\n${finished.stderr}`).toBe(0);
    const { folder, record } = onlyRun(here);
    const { drill } = record;
    expect(drill?.phases.map(({ name }) => name)).toEqual(['baseline', 'inject', 'hold', 'mitigate', 'recover']);
    expect(drill).toMatchObject({
      mitigation: 'response',
      response: { command: 'node unlock.cjs', exitCode: 0 },
      assessment: { doubts: [] },
    });
    const { impactAt, detectedAt, mitigatedAt, revertedAt } = drill?.assessment?.moments ?? {};
    const order = [impactAt, detectedAt, mitigatedAt, revertedAt].map(Number);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(readFileSync(join(folder, 'logs', 'mitigate.log'), 'utf8')).toMatch(/^DEL answered :1 http:/);
    // 20 a second would be lost for the 14 s that the lock is held.
    expect(drill?.assessment?.damage?.lost).toBeGreaterThan(0);
    expect(drill?.assessment?.damage?.lost).toBeLessThan(100);
    expect(record.command).toContain('--mitigate');
    const incident = readFileSync(join(folder, 'incident.md'), 'utf8');
    expect(incident).toContain('첫 경보가 울리자 대응 명령을 실행하였고');
    expect((await settledLeftover({ pid: 0, mark: here.folder }, 3_000)).processes).toEqual([]);
  });

  it('is ended with a drill that is killed', async () => {
    const here = place();
    const running = here.start(['drill', 'lock-orphan', ...short, '--mitigate', 'sleep 300'], {
      ...env,
      TEST_MARK: here.folder,
    });
    let isOver = false;
    void running.ended.then(() => {
      isOver = true;
    });
    while (!isOver && !phasesOf(here).includes('mitigate')) await sleep(100);
    await sleep(500);
    expect(isOver).toBe(false);
    running.kill('SIGKILL');
    await running.ended;
    expect(await settledLeftover({ pid: running.pid, mark: here.folder }, 20_000)).toEqual({
      processes: [],
      folders: [],
    });
    const { response } = onlyRun(here).record.drill ?? {};
    expect(response).toMatchObject({ command: 'sleep 300', endedAt: null });
    expect(response?.startedAt).not.toBeNull();
  });
});

function phasesOf(here: ReturnType<typeof place>): string[] {
  const isThere = existsSync(here.reports) && runFolders(here).length > 0;
  return isThere ? (onlyRun(here).record.drill?.phases.map(({ name }) => name) ?? []) : [];
}
