import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { K6Tool } from '../cli/src/system/tool.ts';
import type { LoadStand } from './load-stand.ts';

/** A k6 that is called with the same flags and environment as any other, and differs in what is said here. */
interface Variant {
  readonly name: string;
  /** Without its `--out`. */
  readonly bare?: boolean;
  /** An `--out` more. */
  readonly also?: string;
  /** Over what it was given. */
  readonly env?: Readonly<Record<string, string>>;
}

interface TimedK6 {
  readonly k6: K6Tool;
  /** User and system seconds of its last run, as the kernel accounts them to the reaped process. */
  cpuSeconds(): Promise<number>;
}

/** Puts a script with the shell's own timer before k6. */
export async function timedK6({ k6, folder }: LoadStand, { name, bare, also, env }: Variant): Promise<TimedK6> {
  const file = join(folder, `k6-${name}`);
  const times = `${file}.times`;
  const lines = [
    '#!/usr/bin/env bash',
    'args=()',
    'while [ $# -gt 0 ]; do',
    ...(bare === true ? ['  if [ "$1" = --out ]; then shift 2; continue; fi'] : []),
    '  args+=("$1"); shift',
    'done',
    // loadkit asks k6 other things too.
    ...(also === undefined ? [] : [`if [ "\${args[0]}" = run ]; then args+=(--out ${quoted(also)}); fi`]),
    ...Object.entries(env ?? {}).map(([key, value]) => `export ${key}=${quoted(value)}`),
    "TIMEFORMAT='%U %S'",
    `{ time ${quoted(k6.executable.file)} "\${args[@]}" 2>&3; } 3>&2 2>${quoted(times)}`,
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  await chmod(file, 0o755);
  return {
    k6: { ...k6, executable: { ...k6.executable, file } },
    cpuSeconds: async () => {
      const [user, system] = (await readFile(times, 'utf8')).trim().split(' ').map(Number);
      return (user ?? Number.NaN) + (system ?? Number.NaN);
    },
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
