import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { askStatus } from '../stack/held-line.ts';
import { type HeldState, readStacks } from '../stack/held-state.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { pollUntil } from '../system/polling.ts';
import { errorCode, identityOf, isAlive, type ProcessIdentity } from '../system/process-identity.ts';
import type { CommandContext } from './context.ts';
import type { DownFlags } from './stack-flags.ts';

/** An engine may take its time to stop containers. */
const endTimeoutMs = 60_000;
const killedTimeoutMs = 10_000;
const askEveryMs = 50;

/** `loadkit stack down`: ends what is up, and waits for it. */
export async function bringDown(flags: DownFlags, context: CommandContext): Promise<number> {
  const { environment, output, cwd } = context;
  const all = await readStacks(environment.cacheFolder);
  const folder = flags.service === undefined ? null : resolve(cwd, flags.service);
  const chosen = await choose(all, flags, folder === null ? null : await realpath(folder).catch(() => folder));
  if (chosen.length === 0) {
    output.out.write(folder === null ? 'no stack is up\n' : `no stack is up for ${folder}\n`);
    return exitCode.ok;
  }
  for (const state of chosen) {
    if (!flags.force) await refuseInUse(state);
    await endStack(state, context);
    output.out.write(`${state.name}: ended\n`);
  }
  return exitCode.ok;
}

async function choose(
  all: readonly HeldState[],
  flags: DownFlags,
  folder: string | null,
): Promise<readonly HeldState[]> {
  if (folder !== null) return all.filter(({ manifestFolder }) => manifestFolder === folder);
  if (flags.all || all.length <= 1) return all;
  throw new LoadkitError('stack-several', `${all.length} stacks are up`, {
    hint: ['name one, or --all:', ...all.map(({ manifestFolder }) => `--service ${manifestFolder}`)].join('\n'),
    exitCode: exitCode.usage,
  });
}

async function refuseInUse(state: HeldState): Promise<void> {
  if (state.status === 'starting') return;
  const takenBy = await askStatus(state.socket).then(
    (answer) => answer.takenBy,
    () => null,
  );
  if (takenBy === null) return;
  throw new LoadkitError('stack-in-use', `${state.name} is in use by process ${takenBy}`, {
    hint: 'wait for that run, or end the stack under it with --force',
    exitCode: exitCode.usage,
  });
}

async function endStack(state: HeldState, { clock, output }: CommandContext): Promise<void> {
  const parts = await partProcesses(state);
  const limit = { clock, intervalMs: askEveryMs };
  signal(state.keeper, 'SIGTERM');
  const ended = await pollUntil(async () => (isAlive(state.keeper) ? undefined : true), {
    ...limit,
    timeoutMs: endTimeoutMs,
  });
  if (!ended.timedOut) return;
  output.err.write(`${state.name}: its keeper (process ${state.keeper.pid}) does not end; killing it\n`);
  signal(state.keeper, 'SIGKILL');
  const gone = await pollUntil(async () => ([state.keeper, ...parts].some(isAlive) ? undefined : true), {
    ...limit,
    timeoutMs: killedTimeoutMs,
  });
  if (!gone.timedOut) return;
  throw new LoadkitError('stack-left', `${state.name}: processes are left after its keeper was killed`, {
    hint: `look for: ${parts.filter(isAlive).map(({ pid }) => pid)}`,
    exitCode: exitCode.unreachable,
  });
}

async function partProcesses(state: HeldState): Promise<ProcessIdentity[]> {
  if (state.status === 'starting') return [];
  return askStatus(state.socket).then(
    ({ living }) => living.processes.map(({ pid }) => identityOf(pid)),
    () => [],
  );
}

function signal({ pid }: ProcessIdentity, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}
