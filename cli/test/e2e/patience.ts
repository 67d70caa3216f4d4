import { setTimeout as sleep } from 'node:timers/promises';
import type { Finished } from './loadkit.ts';

/** Long after every time limit of a run: only a command that hangs comes here. */
const hangsAfterMs = 150_000;

/** Null: the command hangs. */
export async function orHangs(ended: Promise<Finished>): Promise<Finished | null> {
  const giveUp = new AbortController();
  const hangs = sleep(hangsAfterMs, null, { signal: giveUp.signal }).catch(() => null);
  try {
    return await Promise.race([ended, hangs]);
  } finally {
    giveUp.abort();
  }
}

/** What is still there when nobody needs to wait any longer, each once; looks until there is nothing. */
export async function settled(look: () => string[], withinMs: number): Promise<string[]> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const left = [...new Set(look())];
    if (left.length === 0 || Date.now() >= deadline) return left;
    await sleep(100);
  }
}
