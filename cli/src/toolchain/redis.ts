import { join } from 'node:path';
import type { RedisTool, ToolSource } from '../system/tool.ts';
import { installedFolder } from './cache-layout.ts';
import type { SearchContext } from './context.ts';
import { askProgram, failureOf } from './program-output.ts';
import { minimum } from './requirement.ts';
import { type Finder, programsOnPath, type Trial } from './search.ts';
import { libraryEnvironment, packageRoot, rootOf } from './unpacked-packages.ts';
import { isAtLeast } from './version.ts';

const programs = ['redis-server', 'valkey-server'];

export function redisFinder(context: SearchContext): Finder<RedisTool> {
  return {
    setting: { name: 'LOADKIT_REDIS_SERVER', value: context.settings.redisServer },
    onPath: () => programsOnPath(programs, context),
    inCache: async () => redisServersIn(await installedFolder('redis', context)),
    try: (file, source) => tryRedis(file, source, context),
  };
}

/** Where the server may be inside an installed folder. */
export function redisServersIn(folder: string): string[] {
  return programs.map((program) => join(folder, packageRoot, 'usr', 'bin', program));
}

export async function tryRedis(file: string, source: ToolSource, context: SearchContext): Promise<Trial<RedisTool>> {
  const env = await libraryEnvironment(rootOf(file, source), context);
  const output = await askProgram(file, ['--version'], context, { env });
  const match = output.ok && output.exitCode === 0 ? /(Redis|Valkey) server v=(\d\S*)/i.exec(output.text) : null;
  const version = match?.[2];
  if (version === undefined) {
    return { ok: false, version: null, reason: `\`redis-server --version\`: ${failureOf(output)}` };
  }
  const isValkey = match?.[1]?.toLowerCase() === 'valkey';
  const needed = isValkey ? minimum.valkey : minimum.redis;
  if (!isAtLeast(version, needed)) {
    return { ok: false, version, reason: `too old: ${version}, needs ${needed} or newer` };
  }
  return { ok: true, tool: { version, source, product: isValkey ? 'Valkey' : 'Redis', server: { file, env } } };
}
