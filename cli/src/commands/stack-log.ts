import { appendFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../system/clock.ts';
import { maskSecrets } from '../system/secret.ts';

/** A keeper has no terminal: what it would say there stands in `keeper.log`, beside the logs of its processes. */
export interface KeeperLog {
  write(line: string): void;
  close(): void;
}

/** Empties the folder first: the logs are those of one stack. */
export async function openKeeperLog(folder: string, clock: Clock): Promise<KeeperLog> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'keeper.log');
  let open = true;
  return {
    write: (line) => {
      if (!open) return;
      try {
        appendFileSync(file, `${new Date(clock.now()).toISOString()} ${maskSecrets(line)}\n`, { mode: 0o600 });
      } catch {
        // A full disk must not end the stack.
      }
    },
    close: () => {
      open = false;
    },
  };
}
