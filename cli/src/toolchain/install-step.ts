import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { readLogTail } from '../system/log-tail.ts';
import type { SupervisedProcess } from '../system/supervisor.ts';
import type { InstallContext } from './context.ts';

export interface InstallStep {
  /** `k6 2.2.0: building` */
  readonly title: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** For its log. */
  readonly scratch: string;
  readonly timeoutMs?: number;
  /** How far it is, told from its log so far. */
  readonly howFar?: (logFile: string) => Promise<string>;
}

const reportEveryMs = 5_000;
/** A slow line and a slow machine are no failure; a client that waits for ever is. */
const defaultTimeoutMs = 30 * 60_000;
const stopGraceMs = 2_000;
const readLines = 40;
const quotedLength = 300;

let lastStep = 0;

/**
 * Runs a package client or a compiler as the supervisor's child, so that it never outlives loadkit, and tells how
 * far it is. Rejects with its last lines when it fails.
 * @returns the file with its stdout
 */
export async function runInstallStep(step: InstallStep, context: InstallContext): Promise<string> {
  const { supervisor, clock, signal, onProgress } = context;
  signal.throwIfAborted();
  lastStep += 1;
  const logFile = join(step.scratch, `step-${lastStep}.log`);
  const stdoutFile = join(step.scratch, `step-${lastStep}.out`);
  await rm(logFile, { force: true });
  const started = clock.monotonic();
  const child = await supervisor.spawn({
    name: step.title,
    file: step.file,
    args: step.args,
    env: { ...context.env, ...step.env },
    cwd: step.cwd ?? step.scratch,
    logFile,
    stdoutFile,
  });
  const report = async () => {
    const seconds = Math.round((clock.monotonic() - started) / 1000);
    const far = await step.howFar?.(logFile);
    onProgress(`${step.title}, ${far === undefined || far === '' ? '' : `${far}, `}${seconds} s`);
  };
  const exit = await waitFor(child, step.timeoutMs ?? defaultTimeoutMs, report, context);
  if (exit.code === 0) return stdoutFile;
  const said = [...(await readLogTail(stdoutFile, readLines)), ...(await readLogTail(logFile, readLines))];
  const how = exit.code === null ? `ended by ${exit.signal}` : `exit ${exit.code}`;
  throw new LoadkitError('install-step', `${step.title} failed (${basename(step.file)}, ${how})`, {
    hint: tellingLine(said),
    exitCode: exitCode.unreachable,
  });
}

/** What names a cause, the best first; a client's last lines are often advice. */
const causes = [
  /could not resolve|failure resolving|unknown host|unreachable|connection refused|timed out|no space left/i,
  /^(E:|\[ERROR\]|error:)/,
];

/** The one line of a log that says most. */
function tellingLine(lines: readonly string[]): string {
  const plain = lines.map((line) => stripVTControlCharacters(line).trim()).filter((line) => line !== '');
  const found = causes.map((cause) => plain.find((line) => cause.test(line))).find((line) => line !== undefined);
  const line = found ?? plain.at(-1) ?? '';
  return line.length <= quotedLength ? line : `${line.slice(0, quotedLength / 2)} … ${line.slice(-quotedLength / 2)}`;
}

async function waitFor(
  child: SupervisedProcess,
  timeoutMs: number,
  report: () => Promise<void>,
  { clock, signal }: InstallContext,
) {
  const deadline = clock.monotonic() + timeoutMs;
  const done = new AbortController();
  const waiting = AbortSignal.any([signal, done.signal]);
  try {
    for (;;) {
      const pause = clock.sleep(reportEveryMs, waiting).then(
        () => undefined,
        () => undefined,
      );
      const exit = await Promise.race([child.exited, pause]);
      if (exit !== undefined) return exit;
      if (signal.aborted || clock.monotonic() > deadline) {
        const stopped = await child.stop({ graceMs: stopGraceMs });
        signal.throwIfAborted();
        return stopped;
      }
      await report();
    }
  } finally {
    done.abort();
  }
}
