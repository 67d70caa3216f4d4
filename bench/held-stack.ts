import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../cli/src/config/environment.ts';
import { loadkit } from './loadkit-command.ts';

/** The bundled service with its stores, up for as long as a bench wants it. */
export interface HeldStack {
  /** The lines of `loadkit stack up --export`. */
  readonly addresses: Readonly<Record<string, string>>;
  /** For a `loadkit` that shall find it with `--stack running`. */
  readonly env: NodeJS.ProcessEnv;
}

/** Brings one up with `flags`, and down again whatever `use` does. It stands beside one that the user holds. */
export async function withHeldStack<T>(flags: readonly string[], use: (stack: HeldStack) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'lk-bench-'));
  const env = { XDG_CACHE_HOME: home };
  try {
    await shareTools(join(home, 'loadkit'));
    const up = await loadkit(['stack', 'up', '--stack', 'local', '--export', '--no-install', ...flags], env);
    if (up.exitCode !== 0) throw new Error(`no stack: ${up.stderr.trim().split('\n').at(-1)}`);
    const lines = [...up.stdout.matchAll(/^export (\w+)='(.*)'$/gm)];
    return await use({ addresses: Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value])), env });
  } finally {
    await loadkit(['stack', 'down'], env);
    await rm(home, { recursive: true, force: true });
  }
}

/** What the user's cache holds, but his stacks. */
async function shareTools(folder: string): Promise<void> {
  const { cacheFolder } = readEnvironment();
  await mkdir(folder);
  for (const name of await readdir(cacheFolder)) {
    if (name !== 'stacks') await symlink(join(cacheFolder, name), join(folder, name));
  }
}

/** An address that the stack must have. */
export function addressOf({ addresses }: HeldStack, name: string): string {
  const value = addresses[name];
  if (value === undefined) throw new Error(`the stack gave no ${name}`);
  return value;
}
