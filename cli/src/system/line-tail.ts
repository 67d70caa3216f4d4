import { open } from 'node:fs/promises';
import type { Clock } from './clock.ts';

const lookEveryMs = 50;
const readBytes = 64 * 1024;

export interface LineTail {
  /** Hands over what is left, a last line without its end too, and stops looking. */
  stop(): Promise<void>;
}

/**
 * Follows a file that another process appends to: `onLine` hears every line once, in order. It need not exist yet. What cannot
 * be read is tried again.
 */
export function tailLines(file: string, clock: Clock, onLine: (line: string) => void): LineTail {
  const stopping = new AbortController();
  const decoder = new TextDecoder();
  let position = 0;
  let rest = '';

  const take = (text: string): void => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
  const look = async (): Promise<void> => {
    const handle = await open(file, 'r');
    try {
      const buffer = new Uint8Array(readBytes);
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, readBytes, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        take(decoder.decode(buffer.subarray(0, bytesRead), { stream: true }));
      }
    } finally {
      await handle.close();
    }
  };
  const looking = (async () => {
    while (!stopping.signal.aborted) {
      await look().catch(() => undefined);
      await clock.sleep(lookEveryMs, stopping.signal).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await looking;
      await look().catch(() => undefined);
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
