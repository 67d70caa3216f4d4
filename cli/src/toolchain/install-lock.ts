import { type LockHolder, tryLockFile } from '../system/lock-file.ts';
import type { InstallContext } from './context.ts';

export interface InstallLock {
  readonly file: string;
  /** For messages: `Kafka`. */
  readonly title: string;
}

const askEveryMs = 500;

/**
 * Runs `work` while no other loadkit of this cache does the same. A lock whose process is dead is taken over.
 *
 * The lock spares double work; it does not have to be perfect: an install is published by one rename, so that two
 * at once would still leave a whole result.
 */
export async function withInstallLock<T>(
  { file, title }: InstallLock,
  context: InstallContext,
  work: () => Promise<T>,
): Promise<T> {
  const release = await take(file, context, ({ pid, host }) =>
    context.onProgress(`${title}: waiting for another loadkit that installs (process ${pid} on ${host})`),
  );
  try {
    await context.supervisor.removeAtEnd(file);
    return await work();
  } finally {
    await release();
    await context.supervisor.keep(file).catch(() => {});
  }
}

/** @param onWait told once, and only when somebody else has it */
async function take(
  file: string,
  context: InstallContext,
  onWait: (holder: LockHolder) => void,
): Promise<() => Promise<void>> {
  let announced = false;
  for (;;) {
    context.signal.throwIfAborted();
    const attempt = await tryLockFile(file);
    if (attempt.taken) return attempt.release;
    if (!announced) onWait(attempt.holder);
    announced = true;
    await context.clock.sleep(askEveryMs, context.signal);
  }
}
