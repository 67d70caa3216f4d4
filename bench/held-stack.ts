import { cacheWithoutStacks } from '../cli/test/e2e/loadkit.ts';
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
  const cache = cacheWithoutStacks();
  const env = { XDG_CACHE_HOME: cache.home };
  try {
    const up = await loadkit(['stack', 'up', '--stack', 'local', '--export', '--no-install', ...flags], env);
    if (up.exitCode !== 0) throw new Error(`no stack: ${up.stderr.trim().split('\n').at(-1)}`);
    const lines = [...up.stdout.matchAll(/^export (\w+)='(.*)'$/gm)];
    return await use({ addresses: Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value])), env });
  } finally {
    await loadkit(['stack', 'down'], env);
    cache.remove();
  }
}

/** An address that the stack must have. */
export function addressOf({ addresses }: HeldStack, name: string): string {
  const value = addresses[name];
  if (value === undefined) throw new Error(`the stack gave no ${name}`);
  return value;
}
