import type { Clock } from '../system/clock.ts';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { readLogTail } from '../system/log-tail.ts';
import { pollUntil, withTimeout } from '../system/polling.ts';
import { maskSecrets } from '../system/secret.ts';
import type { ProcessExit, SupervisedProcess } from '../system/supervisor.ts';
import { isFree, type Ports } from './ports.ts';
import type { Mortal } from './start-context.ts';

export interface WaitOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Of a single question. */
  readonly attemptTimeoutMs?: number;
  readonly intervalMs?: number;
}

const portTries = 4;
const tailLines = 8;

/**
 * Asks until a process, or what runs in a container, answers. Rejects with its last log lines: `part-not-started` when it ended,
 * `part-silent` when it stayed silent (both 93).
 * @param attempt resolves with the answer, with undefined for "not yet"; throwing means "not yet" too
 */
export async function waitUntilReady<T>(
  process: Mortal,
  attempt: (signal: AbortSignal) => Promise<T | undefined>,
  { clock, signal, timeoutMs, attemptTimeoutMs = 5_000, intervalMs = 25 }: WaitOptions,
): Promise<T> {
  let exit: ProcessExit | undefined;
  void process.exited.then((value) => {
    exit = value;
  });
  const result = await pollUntil(
    async () => {
      if (exit !== undefined) return { ended: exit };
      const ended = process.exited.then(() => undefined);
      const value = await Promise.race([withTimeout(attemptTimeoutMs, attempt, signal), ended]);
      return value === undefined ? undefined : { value };
    },
    { clock, timeoutMs, intervalMs, signal },
  );
  if (result.timedOut) {
    const reason = result.lastError === undefined ? '' : ` (last answer: ${messageOf(result.lastError)})`;
    const silent = `did not answer within ${timeoutMs / 1000} s${reason}`;
    throw await notStarted(process.name, silent, process.logFile, { code: 'part-silent' });
  }
  if ('ended' in result.value) {
    throw await notStarted(process.name, `ended with ${describeExit(result.value.ended)}`, process.logFile);
  }
  return result.value.value;
}

/** Resolves with the exit of a command that is to end by itself; ends it and rejects when it takes too long. */
export async function waitForExit(
  process: SupervisedProcess,
  { signal, timeoutMs }: Pick<WaitOptions, 'signal' | 'timeoutMs'>,
): Promise<ProcessExit> {
  try {
    return await withTimeout(timeoutMs, () => process.exited, signal);
  } catch (error) {
    await process.stop({ graceMs: 0 });
    signal.throwIfAborted();
    throw await notStarted(process.name, `was not done after ${timeoutMs / 1000} s`, process.logFile, { cause: error });
  }
}

/**
 * Starts something on a free port. Somebody else may take the port between our look and the start: when the start fails
 * and the port is in use, it is tried again with another one.
 */
export async function startOnFreePort<T>(ports: Ports, start: (port: number) => Promise<T>): Promise<T> {
  for (let left = portTries; ; left -= 1) {
    const port = await ports.next();
    try {
      return await start(port);
    } catch (error) {
      if (left <= 1 || !(await wasTaken(port, error))) throw error;
    }
  }
}

/**
 * The log tells of a second port of the same part, or of one that is free again by now. A part that stays silent is no case of
 * it: then the one who has the port is itself.
 */
async function wasTaken(port: number, error: unknown): Promise<boolean> {
  if (!(error instanceof LoadkitError) || error.code !== 'part-not-started') return false;
  return /address already in use|EADDRINUSE/i.test(error.message) || !(await isFree(port));
}

/** `part-not-started` or another code, exit 93, with the last lines of the log. */
export async function notStarted(
  name: string,
  what: string,
  logFile: string,
  { code = 'part-not-started', cause }: { readonly code?: string; readonly cause?: unknown } = {},
): Promise<LoadkitError> {
  // Without the frames of a stack trace, or they would be all that fits.
  const tail = (await readLogTail(logFile, 200)).filter((line) => !/^\s+at /.test(line)).slice(-tailLines);
  const lines = tail.length === 0 ? 'it wrote no log' : `its last lines:\n${tail.map(indent).join('\n')}`;
  return new LoadkitError(code, maskSecrets(`${name} ${what}; ${lines}`), {
    hint: `the whole log: ${logFile}`,
    exitCode: exitCode.unreachable,
    ...(cause === undefined ? {} : { cause }),
  });
}

export function describeExit({ code, signal }: Pick<ProcessExit, 'code' | 'signal'>): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}

function indent(line: string): string {
  return `  ${line.slice(0, 400)}`;
}
