import { systemClock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { Fault, PreparedFault } from './fault.ts';
import type { FaultTarget } from './fault-target.ts';
import { never } from './never.ts';
import { withRedis } from './redis-client.ts';
import { runIdOf } from './undo/client-pause.ts';

const stallMs = 1_500;
const askTimeoutMs = 5_000;
/** Between the journal and the command. */
const marginMs = 2_000;

export const redisStall: Fault = {
  id: 'redis-stall',
  failure: 'lock',
  about: 'Redis stands still for 1.5 s, as during a slow command',
  scenario: 'coupon',
  proxies: [],
  touches: 'stores',
  set: {},
  env: {},
  holdMs: stallMs,
  prepare,
};

async function prepare({ redisUrl: url }: FaultTarget, signal: AbortSignal): Promise<PreparedFault> {
  if (url === null) {
    throw new LoadkitError('fault-store', 'the target has no Redis', { exitCode: exitCode.usage });
  }
  const runId = await withRedis({ url, timeoutMs: askTimeoutMs, signal }, runIdOf);
  return {
    undo: [],
    inject: async (journal, ending) => {
      const until = systemClock.now() + stallMs + marginMs;
      await journal({ kind: 'client-pause', url, runId, until });
      ending.throwIfAborted();
      // All clients, readers and writers: the mode that the command has without a word.
      await withRedis({ url, timeoutMs: askTimeoutMs, signal: never }, (redis) => redis.client('PAUSE', stallMs));
      return { pauseMs: stallMs };
    },
  };
}
