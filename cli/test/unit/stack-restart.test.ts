import { expect, it } from 'vitest';
import type { EventLine } from '../../src/record/series.ts';
import { watchProcess } from '../../src/stack/service-process.ts';
import type { ProcessExit, ProcessSpec, SupervisedProcess } from '../../src/system/supervisor.ts';

const spec: ProcessSpec = { name: 'api', file: 'node', args: [], env: {}, logFile: '/nowhere/api.log' };
const exit: ProcessExit = { code: 1, signal: null, at: 5 };

/** Lives of the process in milliseconds, the first one included; it stays alive after the last. */
async function delaysAfter(lives: readonly number[]): Promise<{ delays: number[]; events: EventLine[] }> {
  const delays: number[] = [];
  const events: EventLine[] = [];
  const stopping = new AbortController();
  const left = [...lives];
  let now = 0;
  const born = (): SupervisedProcess => {
    const life = left.shift();
    if (life === undefined) stopping.abort();
    return {
      name: 'api',
      pid: 7,
      logFile: spec.logFile,
      get exited() {
        now += life ?? 0;
        return Promise.resolve(exit);
      },
      kill: async () => {},
      stop: async () => exit,
    };
  };
  await watchProcess(born(), spec, {
    context: {
      supervisor: { tempDir: async () => '' },
      spawn: async () => born(),
      clock: {
        now: () => now,
        monotonic: () => now,
        sleep: async (ms) => {
          delays.push(ms);
          now += ms;
        },
      },
      ports: { next: async () => 1 },
      env: {},
      logFolder: '',
      signal: stopping.signal,
    },
    stopping: stopping.signal,
    emit: (event) => events.push(event),
    onStarted: () => {},
  });
  return { delays, events };
}

it('waits twice as long before each restart, up to five seconds', async () => {
  const { delays, events } = await delaysAfter([1, 1, 1, 1, 1, 1, 1]);
  expect(delays).toEqual([200, 400, 800, 1600, 3200, 5000, 5000]);
  expect(events[0]).toEqual({ kind: 'event', t: 5, name: 'process-exited', subject: 'api', detail: 'exit code 1' });
  expect(events[1]).toMatchObject({ name: 'process-restarted', subject: 'api', detail: 'pid 7, after 200 ms' });
});

it('restarts quickly again after a long life', async () => {
  expect((await delaysAfter([1, 1, 10_000, 1])).delays).toEqual([200, 400, 200, 400]);
});
