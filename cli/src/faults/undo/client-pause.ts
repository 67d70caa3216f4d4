import type { Redis } from 'ioredis';
import { withRedis } from '../redis-client.ts';
import type { UndoStepOf } from '../undo-step.ts';
import { isNobodyThere } from './nobody-there.ts';
import type { Undoing } from './undoing.ts';

/** A server that pauses all its clients answers ours, too, only when the pause is over. */
const marginMs = 5_000;

/** Lets the clients of that server go on; of no other server that has its address by now. */
export function undoClientPause({ url, runId, until }: UndoStepOf<'client-pause'>): Undoing {
  return {
    subject: new URL(url).host,
    undo: async (signal) => {
      const leftMs = until - Date.now();
      if (leftMs <= 0) return 'absent';
      try {
        return await withRedis({ url, timeoutMs: leftMs + marginMs, signal }, async (redis) => {
          if ((await runIdOf(redis)) !== runId) return 'absent';
          await redis.client('UNPAUSE');
          return 'undone';
        });
      } catch (error) {
        if (isNobodyThere(url, error)) return 'absent';
        throw error;
      }
    },
  };
}

/** Each start of a server has another. */
export async function runIdOf(redis: Redis): Promise<string> {
  return /^run_id:(\w+)/m.exec(await redis.info('server'))?.[1] ?? '';
}
