import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { identityOf, isAlive } from '../system/process-identity.ts';

/** The label on every container, volume and network of a run: whose they are. */
export const ownerLabel = 'loadkit.owner';

const ownerSchema = z.object({ host: z.string(), pid: z.int(), startedAt: z.string().nullable() });

/** Value of the label for a process. */
export function describeOwner(pid: number): string {
  return JSON.stringify({ host: thisHost(), ...identityOf(pid) });
}

/**
 * True when the process that a label names ran on this machine and is gone. An engine may serve several machines, and
 * several containers of one: the process of another one cannot be looked up here, so what it owns is left alone.
 */
export function isAbandoned(label: string): boolean {
  try {
    const { host, ...process } = ownerSchema.parse(JSON.parse(label));
    return host === thisHost() && !isAlive(process);
  } catch {
    return false;
  }
}

/** The machine as far as process numbers go. */
function thisHost(): string {
  return `${hostname()} ${pidNamespace()}`;
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return 'pid';
  }
}
