import { join } from 'node:path';
import type { K6Tool, ToolSource } from '../system/tool.ts';
import { installedFolder } from './cache-layout.ts';
import type { SearchContext } from './context.ts';
import type { GoTool } from './install-go.ts';
import { goModules } from './pinned.ts';
import { askProgram, failureOf } from './program-output.ts';
import { k6Output, minimum } from './requirement.ts';
import { type Finder, programsOnPath, type Trial } from './search.ts';
import { isAtLeast } from './version.ts';

export const k6Tool: GoTool = {
  name: 'k6',
  binary: join('bin', 'k6'),
  mainPackage: goModules.k6,
  versionVariable: null,
  try: tryK6,
};

export function k6Finder(context: SearchContext): Finder<K6Tool> {
  return {
    setting: { name: 'LOADKIT_K6', value: context.settings.k6 },
    onPath: () => programsOnPath(['k6'], context),
    inCache: async () => [join(await installedFolder('k6', context), k6Tool.binary)],
    try: (file, source) => tryK6(file, source, context),
  };
}

async function tryK6(file: string, source: ToolSource, context: SearchContext): Promise<Trial<K6Tool>> {
  const output = await askProgram(file, ['version'], context);
  const version = output.ok && output.exitCode === 0 ? /\bk6\S* v?(\d+\.\d+\.\S+)/.exec(output.text)?.[1] : undefined;
  if (version === undefined) return { ok: false, version: null, reason: `\`k6 version\`: ${failureOf(output)}` };
  if (!isAtLeast(version, minimum.k6)) {
    return { ok: false, version, reason: `too old: ${version}, needs ${minimum.k6} or newer` };
  }
  if (!(await hasOutput(file, context))) {
    return {
      ok: false,
      version,
      reason: `too old: ${version} has no stable \`${k6Output}\` output (k6 1.4 brought it)`,
    };
  }
  return { ok: true, tool: { version, source, executable: { file, env: {} } } };
}

/** k6 has no command that lists its outputs, but names them all when it is asked for one that does not exist. */
async function hasOutput(file: string, context: SearchContext): Promise<boolean> {
  const output = await askProgram(
    file,
    ['run', '--quiet', '--no-usage-report', '--out', 'loadkit-asks-for-the-list', '-'],
    context,
    { input: 'export default function () {}' },
  );
  const names = output.ok ? /available types are: ([\w\-, ]+)/.exec(output.text)?.[1] : undefined;
  return names?.split(', ').includes(k6Output) ?? false;
}
