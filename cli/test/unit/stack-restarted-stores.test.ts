import { expect, it } from 'vitest';
import type { EventLine } from '../../src/record/series.ts';
import { refuseRestarts, restartedStores } from '../../src/stack/restarted-stores.ts';
import { serviceManifestSchema } from '../../src/stack/service-manifest.ts';
import type { StackRequest } from '../../src/stack/stack.ts';
import { watchStore } from '../../src/stack/store-restart.ts';
import { defer } from '../../src/system/deferred.ts';
import type { ProcessExit, ProcessSpec, SupervisedProcess } from '../../src/system/supervisor.ts';

function asking(wishes: Pick<StackRequest, 'restarted' | 'redisPersistence'> = {}): StackRequest {
  return {
    manifest: serviceManifestSchema.parse({
      name: 'shop',
      needs: ['redis', 'mysql'],
      processes: [{ name: 'api', command: ['node', 'main.js'], ready: '/health', target: true }],
    }),
    set: {},
    fixture: {},
    ...wishes,
    logFolder: '/logs',
    onProgress: () => undefined,
    signal: new AbortController().signal,
  };
}

it('starts no store again unless it is asked to', () => {
  expect(restartedStores(asking())).toEqual({});
  expect(restartedStores(asking({ restarted: { mysql: 7 } }))).toEqual({ mysql: 7 });
});

it('refuses to start a store again that the service does not use', () => {
  expect(() => restartedStores(asking({ restarted: { redis: 1, kafka: 2 } }))).toThrowError(
    expect.objectContaining({
      code: 'restart-unfit',
      exitCode: 2,
      message: 'shop does not use kafka: there is nothing to be started again',
      hint: 'its loadkit.json needs: redis, mysql',
    }),
  );
});

it.each(['docker', 'running', 'external'] as const)('refuses both in a stack that is %s', (provider) => {
  expect(() => refuseRestarts(asking(), provider)).not.toThrow();
  expect(() => refuseRestarts(asking({ restarted: { redis: 1 }, redisPersistence: false }), provider)).toThrowError(
    expect.objectContaining({
      code: 'restart-unfit',
      message: `a restart of redis, Redis without persistence: in a local stack only, this one is ${provider}`,
    }),
  );
});

const spec: ProcessSpec = { name: 'redis', file: 'redis-server', args: [], env: {}, logFile: '/nowhere/redis.log' };

/** A store whose lives end when the test says so; `ready` is how each new one fares. */
function store(ready: (life: number) => Promise<void>) {
  const events: EventLine[] = [];
  const slept: number[] = [];
  const stopped: number[] = [];
  const started: number[] = [];
  const lives: Array<(exit: ProcessExit) => void> = [];
  const stopping = new AbortController();
  const born = (): SupervisedProcess => {
    const { promise, resolve } = defer<ProcessExit>();
    const pid = lives.push(resolve);
    const exit = { code: null, signal: 'SIGKILL', at: 10 * pid } as const;
    return {
      name: 'redis',
      pid,
      logFile: spec.logFile,
      exited: promise,
      kill: async () => undefined,
      stop: async () => {
        stopped.push(pid);
        resolve(exit);
        return exit;
      },
    };
  };
  const watched = watchStore(born(), { spec, ready: ({ pid }) => ready(pid) }, 250, {
    context: {
      supervisor: { tempDir: async () => '' },
      spawn: async () => born(),
      clock: {
        now: () => 1_000,
        monotonic: () => 0,
        sleep: async (ms) => {
          slept.push(ms);
          stopping.signal.throwIfAborted();
        },
      },
      ports: { next: async () => 1 },
      env: {},
      logFolder: '',
      signal: stopping.signal,
    },
    stopping: stopping.signal,
    emit: (event) => events.push(event),
    onStarted: ({ pid }) => started.push(pid),
  });
  const end = (life: number) => lives[life - 1]?.({ code: null, signal: 'SIGKILL', at: 10 * life });
  return { events, slept, stopped, started, stopping, watched, end };
}

it('starts a store again after its time, as often as it ends, until the stack is stopped', async () => {
  const { events, slept, started, stopping, watched, end } = store(async (life) => {
    if (life < 3) end(life);
  });
  end(1);
  await expect.poll(() => started).toEqual([2, 3]);
  stopping.abort();
  end(3);
  await watched;
  expect(slept).toEqual([250, 250]);
  expect(events.map(({ name, detail }) => [name, detail])).toEqual([
    ['process-exited', 'signal SIGKILL'],
    ['process-restarted', 'pid 2, 990 ms after its end'],
    ['process-exited', 'signal SIGKILL'],
    ['process-restarted', 'pid 3, 980 ms after its end'],
  ]);
});

it('gives up a store that does not answer any more, and ends it', async () => {
  const { events, stopped, watched, end } = store(async () => Promise.reject(new Error('redis stays silent')));
  end(1);
  await watched;
  expect(stopped).toEqual([2]);
  expect(events.at(-1)).toEqual({
    kind: 'event',
    t: 1_000,
    name: 'process-lost',
    subject: 'redis',
    detail: 'redis stays silent',
  });
});

it('starts nothing any more when the stack is stopped meanwhile', async () => {
  const { events, started, stopping, watched, end } = store(async () => undefined);
  end(1);
  stopping.abort();
  await watched;
  expect(started).toEqual([]);
  expect(events).toEqual([]);
});
