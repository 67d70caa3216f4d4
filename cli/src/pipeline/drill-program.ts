import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../system/clock.ts';
import { type LineTail, tailLines } from '../system/line-tail.ts';
import type { ProcessExit, ProcessSpec, SupervisedProcess, Supervisor } from '../system/supervisor.ts';

export interface ProgramContext {
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
  /** For orders and words; it goes with the command. */
  readonly folder: string;
  /** Of a program's own log. */
  readonly logFile: (name: string) => string;
}

/** One of the programs that a drill starts beside the load: `loadkit drill inject`, `loadkit drill detect`. */
export interface DrillProgram {
  readonly process: SupervisedProcess;
  /** SIGTERM, after `graceMs` SIGKILL; all that it said has been heard then. */
  end(graceMs: number): Promise<ProcessExit>;
}

/** Starts `loadkit drill <verb>` with its order in a file; `onLine` hears each line of its stdout. */
export async function startProgram(
  verb: 'inject' | 'detect',
  order: unknown,
  onLine: (line: string) => void,
  { supervisor, clock, env, folder, logFile }: ProgramContext,
): Promise<DrillProgram> {
  const orderFile = join(folder, `${verb}.json`);
  const stdoutFile = join(folder, `${verb}.ndjson`);
  // An address in it carries a password.
  await writeFile(orderFile, JSON.stringify(order), { mode: 0o600 });
  await writeFile(stdoutFile, '', { mode: 0o600 });
  const process = await supervisor.spawn({
    ...drillCommand(verb, ['--order', orderFile], env),
    logFile: logFile(verb),
    stdoutFile,
  });
  const tail: LineTail = tailLines(stdoutFile, clock, onLine);
  return {
    process,
    end: async (graceMs) => {
      const exit = await process.stop({ graceMs });
      await tail.stop();
      return exit;
    },
  };
}

/** The command line of a hidden verb of this very loadkit. */
export function drillCommand(
  verb: string,
  flags: readonly string[],
  env: Readonly<Record<string, string>>,
): Omit<ProcessSpec, 'logFile' | 'stdoutFile'> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const main = fileURLToPath(new URL(`../main.${extension}`, import.meta.url));
  return { name: verb, file: process.execPath, args: [...process.execArgv, main, 'drill', verb, ...flags], env };
}
