import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/** Hands out free ports of 127.0.0.1, each once. */
export interface Ports {
  next(): Promise<number>;
}

/**
 * Below the range from which the system takes the local ports of outgoing connections (32768 and up on Linux, 49152 on
 * macOS): a port of a service that restarts must not be taken by a client of its own that tries to reconnect.
 */
const from = 20_000;
const to = 32_768;
const tries = 200;

export function freePorts(): Ports {
  const given = new Set<number>();
  return {
    next: async () => {
      for (let attempt = 0; attempt < tries; attempt += 1) {
        const port = randomInt(from, to);
        if (given.has(port)) continue;
        given.add(port);
        if (await isFree(port)) return port;
      }
      throw new LoadkitError('no-free-port', `no free port of 127.0.0.1 between ${from} and ${to} in ${tries} tries`, {
        exitCode: exitCode.unreachable,
      });
    },
  };
}

/** True when nobody listens on that port of 127.0.0.1, or of all addresses. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((done) => {
    server.once('error', () => done(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => done(true)));
  });
}
