import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../system/clock.ts';
import { withTimeout } from '../system/polling.ts';
import type { ProcessExit, SupervisedProcess } from '../system/supervisor.ts';
import type { DockerCli } from './docker-cli.ts';
import type { RunningContainer } from './start-context.ts';

const askTimeoutMs = 10_000;
/** For the last lines of a log, once the container has ended. */
const logEndMs = 2_000;
const pauseMs = 1_000;

export interface ContainerWatch {
  readonly container: RunningContainer;
  /** Ends the watching, not the container. */
  stop(): Promise<void>;
}

interface WatchContext {
  readonly cli: DockerCli;
  readonly clock: Clock;
  readonly folder: string;
  readonly logFolder: string;
}

/** Follows a container: its log goes to `<name>.log` as it is written, and its end is told. */
export async function watchContainer(
  { name, id, engine }: Pick<RunningContainer, 'name' | 'id' | 'engine'>,
  { cli, clock, folder, logFolder }: WatchContext,
): Promise<ContainerWatch> {
  const logFile = join(logFolder, `${name}.log`);
  const codeFile = join(folder, `${name}.exit`);
  const log = await cli.start(['logs', '--follow', id], { name: `${name}-log`, logFile });
  const wait = () =>
    cli.start(['wait', id], { name: `${name}-wait`, logFile: join(folder, `${name}-wait.log`), stdoutFile: codeFile });
  let waiting = await wait();
  let stopped = false;

  async function end(): Promise<ProcessExit> {
    for (;;) {
      const { at } = await waiting.exited;
      const code = await readCode(codeFile);
      // A call that was cut off tells nothing of the container.
      if (code === null && !stopped && (await waitAgain())) continue;
      await withTimeout(logEndMs, () => log.exited).catch(() => {});
      return { ...exitOf(code), at };
    }
  }

  /** False when the container does not run, the engine does not answer, or everything is being ended. */
  async function waitAgain(): Promise<boolean> {
    try {
      if (!(await isRunning(cli, id))) return false;
      await clock.sleep(pauseMs);
      waiting = await wait();
      return true;
    } catch {
      return false;
    }
  }

  const calls = (): SupervisedProcess[] => [log, waiting];
  return {
    container: { name, id, engine, logFile, exited: end() },
    stop: async () => {
      stopped = true;
      await Promise.all(calls().map((call) => call.stop({ graceMs: 0 })));
    },
  };
}

async function readCode(file: string): Promise<number | null> {
  const text = (await readFile(file, 'utf8').catch(() => '')).trim();
  return /^\d+$/.test(text) ? Number(text) : null;
}

async function isRunning(cli: DockerCli, id: string): Promise<boolean> {
  const answer = await cli.run(['inspect', '--format={{.State.Running}}', id], { timeoutMs: askTimeoutMs });
  return answer.ok && answer.stdout.trim() === 'true';
}

/** The engine tells a signal as a shell does, as 128 and its number. */
function exitOf(code: number | null): Pick<ProcessExit, 'code' | 'signal'> {
  const isSignal = (entry: [string, number]) => code !== null && entry[1] === code - 128;
  const signal = Object.entries(constants.signals).find(isSignal)?.[0];
  return signal !== undefined && isSignalName(signal) ? { code: null, signal } : { code, signal: null };
}

function isSignalName(name: string): name is NodeJS.Signals {
  return Object.hasOwn(constants.signals, name);
}
