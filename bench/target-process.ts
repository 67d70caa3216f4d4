import { fork } from 'node:child_process';
import { once } from 'node:events';

const startLimitMs = 20_000;

/** A bare `node:http` server in a process of its own, for as long as `use` takes. */
export async function withTarget<T>(use: (baseUrl: string) => Promise<T>): Promise<T> {
  const target = fork(new URL('./target.ts', import.meta.url), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  try {
    const [port] = await once(target.stdout ?? target, 'data', { signal: AbortSignal.timeout(startLimitMs) });
    return await use(`http://127.0.0.1:${String(port).trim()}`);
  } finally {
    target.kill();
  }
}
