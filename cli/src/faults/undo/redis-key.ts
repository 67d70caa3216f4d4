import { withRedis } from '../redis-client.ts';
import type { UndoStepOf } from '../undo-step.ts';
import { isNobodyThere } from './nobody-there.ts';
import type { Undoing } from './undoing.ts';

const timeoutMs = 5_000;

/** By now the key may be gone, and another's. */
const deleteScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`;

/** Deletes the key if its value is still our token. */
export function undoRedisKey({ url, key, token, foreign = false }: UndoStepOf<'redis-key'>): Undoing {
  return {
    subject: key,
    undo: async (signal) => {
      try {
        return await withRedis({ url, timeoutMs, signal }, async (redis) => {
          const deleted = await redis.eval(deleteScript, 1, key, token);
          return deleted === 1 ? 'undone' : 'absent';
        });
      } catch (error) {
        if (!foreign && isNobodyThere(url, error)) return 'absent';
        throw error;
      }
    },
  };
}
