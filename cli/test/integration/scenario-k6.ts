import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';

const scenariosFolder = fileURLToPath(new URL('../../../scenarios', import.meta.url));

/** A real k6: `LOADKIT_K6`, the PATH, or loadkit's cache; null when there is none. */
export function findK6(): string | null {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'loadkit');
  const cached = existsSync(cache) ? readdirSync(cache).filter((name) => name.startsWith('k6-')) : [];
  const places = [
    ...(process.env.LOADKIT_K6 ? [process.env.LOADKIT_K6] : []),
    ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'k6')),
    ...cached.map((name) => join(cache, name, 'bin', 'k6')),
  ];
  return places.find((place) => existsSync(place)) ?? null;
}

export interface K6Result {
  readonly exitCode: number | undefined;
  readonly output: string;
  readonly summary: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const summarySchema = z.object({
  metrics: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/** Runs a scenario of ours as its users do; `env` becomes its `__ENV`. */
export async function runScenario(k6: string, name: string, env: Record<string, string>): Promise<K6Result> {
  const folder = await mkdtemp(join(tmpdir(), 'scenario-'));
  const summaryFile = join(folder, 'summary.json');
  try {
    const args = ['run', '--no-color', '--quiet', '--address', '', '--summary-export', summaryFile];
    const { exitCode, all } = await k6Process(k6, [...args, ...flags(env), join(scenariosFolder, `${name}.ts`)]);
    return { exitCode, output: all, summary: existsSync(summaryFile) ? await readSummary(summaryFile) : {} };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `k6 inspect`: the options of a scenario, or k6's message. */
export async function inspectScenario(k6: string, name: string, env: Record<string, string>) {
  const { exitCode, stdout, all } = await k6Process(k6, [
    'inspect',
    ...flags(env),
    join(scenariosFolder, `${name}.ts`),
  ]);
  return { exitCode, options: exitCode === 0 ? z.looseObject({}).parse(JSON.parse(stdout)) : null, output: all };
}

async function k6Process(k6: string, args: readonly string[]) {
  return await execa(k6, args, {
    reject: false,
    all: true,
    timeout: 60_000,
    extendEnv: false,
    env: { PATH: process.env.PATH, HOME: tmpdir(), K6_NO_USAGE_REPORT: 'true', K6_AUTO_EXTENSION_RESOLUTION: 'false' },
  });
}

function flags(env: Record<string, string>): string[] {
  return Object.entries(env).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
}

async function readSummary(file: string): Promise<K6Result['summary']> {
  const { metrics } = summarySchema.parse(JSON.parse(await readFile(file, 'utf8')));
  return Object.fromEntries(
    Object.entries(metrics).map(([metric, values]) => [
      metric,
      Object.fromEntries(
        Object.entries(values).flatMap(([stat, value]) => (typeof value === 'number' ? [[stat, value] as const] : [])),
      ),
    ]),
  );
}
