import { readFile } from 'node:fs/promises';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { errorCode, identityOf, isAlive, type ProcessIdentity } from '../system/process-identity.ts';
import { type FaultTarget, processesFileSchema } from './fault-target.ts';

/** The living process of that name; null while there is none. */
export async function findProcess(target: FaultTarget, name: string): Promise<ProcessIdentity | null> {
  const pid = (await processesOf(target)).findLast((process) => process.name === name)?.pid;
  if (pid === undefined) return null;
  const identity = identityOf(pid);
  return isAlive(identity) ? identity : null;
}

/** Rejects with `LoadkitError` (exit 2) when the target has no such process. */
export async function presentProcess(target: FaultTarget, name: string): Promise<ProcessIdentity> {
  const found = await findProcess(target, name);
  if (found !== null) return found;
  const names = (await processesOf(target)).map((process) => process.name).join(', ');
  throw new LoadkitError('fault-process', `the target has no living process ${name} (it has: ${names || 'none'})`, {
    hint: 'this fault is for a service of loadkit whose manifest has a process of that name',
    exitCode: exitCode.usage,
  });
}

/** To all processes that it started, too. False when it is gone. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  // Who was started by loadkit leads a process group; a pid that is taken as a group's number is no other process's.
  return sent(-pid, signal) || sent(pid, signal);
}

function sent(receiver: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(receiver, signal);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
    throw error;
  }
}

async function processesOf(target: FaultTarget): Promise<FaultTarget['processes']> {
  if (target.processesFile === null) return target.processes;
  return processesFileSchema.parse(JSON.parse(await readFile(target.processesFile, 'utf8')));
}
