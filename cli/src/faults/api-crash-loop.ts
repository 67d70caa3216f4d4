import { connect } from 'node:net';
import { systemClock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { ProcessIdentity } from '../system/process-identity.ts';
import type { Fault, PreparedFault } from './fault.ts';
import type { FaultTarget } from './fault-target.ts';
import { usualHoldMs } from './hold.ts';
import { findProcess, presentProcess, signalProcess } from './service-process.ts';

const name = 'api';
const lookEveryMs = 50;
const connectTimeoutMs = 1_000;

export const apiCrashLoop: Fault = {
  id: 'api-crash-loop',
  failure: 'surge',
  about: 'the process api is killed each time that it is back',
  scenario: 'coupon',
  proxies: [],
  touches: 'processes',
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare,
};

async function prepare(target: FaultTarget): Promise<PreparedFault> {
  const { baseUrl, processesFile } = target;
  if (baseUrl === null || processesFile === null) {
    throw new LoadkitError('fault-process', `nobody tells when ${name} was started again`, {
      exitCode: exitCode.usage,
    });
  }
  let killed = await presentProcess(target, name);
  return {
    undo: [],
    inject: async () => {
      killed = await presentProcess(target, name);
      signalProcess(killed.pid, 'SIGKILL');
      return { process: name, pid: killed.pid };
    },
    keepUp: async (signal) => {
      while (!signal.aborted) {
        const next = await findNext(target, killed, baseUrl);
        if (next !== null && !signal.aborted) {
          signalProcess(next.pid, 'SIGKILL');
          killed = next;
        }
        await systemClock.sleep(lookEveryMs, signal).catch(() => undefined);
      }
    },
  };
}

/** The process that came after the killed one, as soon as it takes requests. */
async function findNext(target: FaultTarget, killed: ProcessIdentity, url: string): Promise<ProcessIdentity | null> {
  const next = await findProcess(target, name);
  if (next === null || (next.pid === killed.pid && next.startedAt === killed.startedAt)) return null;
  return (await accepts(new URL(url))) ? next : null;
}

function accepts({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: connectTimeoutMs });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}
