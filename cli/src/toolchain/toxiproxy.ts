import { join } from 'node:path';
import type { ToolSource, ToxiproxyTool } from '../system/tool.ts';
import { installedFolder } from './cache-layout.ts';
import type { SearchContext } from './context.ts';
import type { GoTool } from './install-go.ts';
import { goModules } from './pinned.ts';
import { askProgram, failureOf } from './program-output.ts';
import { minimum } from './requirement.ts';
import { type Finder, programsOnPath, type Trial } from './search.ts';
import { isAtLeast } from './version.ts';

export const toxiproxyTool: GoTool = {
  name: 'toxiproxy',
  binary: join('bin', 'toxiproxy-server'),
  mainPackage: `${goModules.toxiproxy}/cmd/server`,
  versionVariable: `${goModules.toxiproxy}.Version`,
  try: tryToxiproxy,
};

export function toxiproxyFinder(context: SearchContext): Finder<ToxiproxyTool> {
  return {
    setting: { name: 'LOADKIT_TOXIPROXY', value: context.settings.toxiproxy },
    onPath: () => programsOnPath(['toxiproxy-server'], context),
    inCache: async () => [join(await installedFolder('toxiproxy', context), toxiproxyTool.binary)],
    try: (file, source) => tryToxiproxy(file, source, context),
  };
}

/** One that was built without its version calls itself `git`, and could be of any age. */
async function tryToxiproxy(file: string, source: ToolSource, context: SearchContext): Promise<Trial<ToxiproxyTool>> {
  const output = await askProgram(file, ['-version'], context);
  const version = output.ok && output.exitCode === 0 ? /\bversion v?(\d+\.\d+\S*)/.exec(output.text)?.[1] : undefined;
  if (version === undefined) {
    return { ok: false, version: null, reason: `\`toxiproxy-server -version\`: ${failureOf(output)}` };
  }
  if (!isAtLeast(version, minimum.toxiproxy)) {
    return { ok: false, version, reason: `too old: ${version}, needs ${minimum.toxiproxy} or newer` };
  }
  return { ok: true, tool: { version, source, executable: { file, env: {} } } };
}
