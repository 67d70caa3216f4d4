import { join } from 'node:path';
import { z } from 'zod';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { readLogTail } from '../system/log-tail.ts';
import type { ToxiproxyTool } from '../system/tool.ts';
import type { RunningToxiproxy } from './backing.ts';
import { notStarted, startOnFreePort, waitUntilReady } from './readiness.ts';
import type { StoreName } from './stack.ts';
import type { StartContext } from './start-context.ts';

const timeoutMs = 30_000;
const requestTimeoutMs = 5_000;
const versionSchema = z.object({ version: z.string() });

/** Toxiproxy with its HTTP API on a free port, and no proxy yet. Ready = the API told its version. */
export async function startToxiproxy(
  tool: ToxiproxyTool,
  proxied: readonly StoreName[],
  context: StartContext,
): Promise<RunningToxiproxy> {
  return startOnFreePort(context.ports, async (port) => {
    const api = `http://127.0.0.1:${port}`;
    const process = await context.spawn({
      name: 'toxiproxy',
      file: tool.executable.file,
      args: ['-host', '127.0.0.1', '-port', String(port)],
      // At another level, which the service may be given, it would not tell that its port was taken.
      env: { ...context.env, ...tool.executable.env, LOG_LEVEL: 'info' },
      logFile: join(context.logFolder, 'toxiproxy.log'),
    });
    const ask = (signal: AbortSignal) => askOurs(port, process.logFile, signal);
    const { version } = await waitUntilReady(process, ask, { ...context, timeoutMs });
    if (version === null) {
      await process.stop({ graceMs: 0 });
      throw await notStarted('toxiproxy', 'could not listen', process.logFile);
    }
    const settings = { proxied: proxied.join(',') };
    return { part: { name: 'toxiproxy', product: 'Toxiproxy', version, origin: 'local', settings }, process, api };
  });
}

/** Puts the proxy of a store before a port of 127.0.0.1, in the place of a former one; resolves with the proxy's own port. */
export type PutProxy = (storePort: number) => Promise<number>;

export function proxyMaker(
  { api, process }: RunningToxiproxy,
  name: StoreName,
  { ports, signal }: Pick<StartContext, 'ports' | 'signal'>,
): PutProxy {
  return (storePort) =>
    startOnFreePort(ports, async (port) => {
      const proxy = { name, listen: `127.0.0.1:${port}`, upstream: `127.0.0.1:${storePort}`, enabled: true };
      const response = await fetch(`${api}/populate`, {
        method: 'POST',
        body: JSON.stringify([proxy]),
        signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
      });
      const answer = await response.text();
      if (response.ok) return port;
      const complaint = `toxiproxy put no proxy before ${name}: ${response.status} ${answer.slice(0, 200)}`;
      throw new LoadkitError('part-not-started', complaint, {
        hint: `its log: ${process.logFile}`,
        exitCode: exitCode.unreachable,
      });
    });
}

/**
 * Version null: somebody else has the port. Toxiproxy goes on without its API then and says so in its log alone, and
 * whoever answers may be a Toxiproxy too.
 */
async function askOurs(port: number, logFile: string, signal: AbortSignal): Promise<{ version: string | null }> {
  if (await couldNotListen(port, logFile)) return { version: null };
  const response = await fetch(`http://127.0.0.1:${port}/version`, { signal });
  const { version } = versionSchema.parse(await response.json());
  return { version: (await couldNotListen(port, logFile)) ? null : version };
}

/** A former try may have written into the same log. */
async function couldNotListen(port: number, logFile: string): Promise<boolean> {
  const complaint = `127.0.0.1:${port}: bind: address already in use`;
  return (await readLogTail(logFile, 20)).some((line) => line.includes(complaint));
}
