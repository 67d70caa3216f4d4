import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LoadkitError } from '../system/error.ts';
import type { ToolSource } from '../system/tool.ts';
import type { InstallContext, SearchContext } from './context.ts';
import type { InstallManifest } from './install-folder.ts';
import { runInstallStep } from './install-step.ts';
import { titleOf } from './manual-install.ts';
import { type GoToolName, goModules, readPinned } from './pinned.ts';
import { askProgram } from './program-output.ts';
import { minimum } from './requirement.ts';
import { programsOnPath, type Trial } from './search.ts';
import { isAtLeast } from './version.ts';

/** A tool that is built from its pinned Go module. */
export interface GoTool {
  readonly name: GoToolName;
  /** Where it is inside an installed folder. */
  readonly binary: string;
  /** Import path of its `main`. */
  readonly mainPackage: string;
  /** The variable that its makers' build sets to the version; null where the source says it. */
  readonly versionVariable: string | null;
  readonly try: (
    file: string,
    source: ToolSource,
    context: SearchContext,
  ) => Promise<Trial<{ readonly version: string }>>;
}

/** The Go compiler that can build our tools, or why there is none. */
export async function findGo(context: SearchContext): Promise<{ file: string; version: string } | { reason: string }> {
  const files = await programsOnPath(['go'], context);
  let tooOld: string | undefined;
  for (const file of files) {
    const output = await askProgram(file, ['env', 'GOVERSION'], context);
    const version = output.ok ? /go(\d+\.\d+(?:\.\d+)?)/.exec(output.text)?.[1] : undefined;
    if (version !== undefined && isAtLeast(version, minimum.go)) return { file, version };
    tooOld ??= version;
  }
  return {
    reason:
      tooOld === undefined ? 'no Go to build it with' : `Go ${tooOld} is too old, ${minimum.go} or newer builds it`,
  };
}

/** Builds the pinned module; `go.sum` vouches for every byte of source. */
export async function buildGoTool(
  tool: GoTool,
  made: string,
  scratch: string,
  context: InstallContext,
): Promise<InstallManifest> {
  const { name, mainPackage, versionVariable } = tool;
  const title = titleOf[name];
  const go = await findGo(context);
  if ('reason' in go) throw new LoadkitError('install-step', `${title}: ${go.reason}`);
  const { [name]: version } = await readPinned(context.pinnedFolder);
  const file = join(made, tool.binary);
  await mkdir(dirname(file), { recursive: true });
  const linkerFlags = ['-s', '-w', ...(versionVariable === null ? [] : ['-X', `${versionVariable}=${version}`])];
  await runInstallStep(
    {
      title: `${title} ${version}: building`,
      file: go.file,
      args: ['build', '-v', '-trimpath', `-ldflags=${linkerFlags.join(' ')}`, '-o', file, mainPackage],
      env: await goEnvironment(go.file, scratch, context),
      cwd: join(context.pinnedFolder, name),
      scratch,
      howFar: countSteps,
    },
    context,
  );
  const trial = await tool.try(file, 'installed', context);
  if (!trial.ok) {
    throw new LoadkitError('install-step', `${title} ${version} was built but does not work: ${trial.reason}`);
  }
  return { tool: name, version: trial.tool.version, from: [`${goModules[name]} v${version}`, `go ${go.version}`] };
}

/**
 * Go's own caches are left as they are: what it downloads and compiles goes to the scratch folder. Modules that the
 * user's module cache holds already are read from there, which a `file:` proxy does without writing.
 */
async function goEnvironment(go: string, scratch: string, context: InstallContext): Promise<Record<string, string>> {
  // With neither HOME nor GOPATH Go names no cache folder; then there is none to read.
  const output = await askProgram(go, ['env', 'GOPROXY', 'GOMODCACHE'], context);
  const [proxy = '', moduleCache = ''] = output.ok && output.exitCode === 0 ? output.text.split('\n') : [];
  const local = moduleCache.startsWith('/') ? [`file://${encodeURI(join(moduleCache, 'cache', 'download'))}`] : [];
  return {
    CGO_ENABLED: '0',
    GOWORK: 'off',
    // Writable, so that the scratch folder can be removed.
    GOFLAGS: '-mod=readonly -modcacherw',
    GOMODCACHE: join(scratch, 'modules'),
    GOCACHE: join(scratch, 'build'),
    GOTMPDIR: scratch,
    ...(proxy === '' ? {} : { GOPROXY: [...local, proxy].join(',') }),
  };
}

async function countSteps(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  const downloads = lines.filter((line) => line.startsWith('go: downloading')).length;
  const compiled = lines.length - downloads;
  return compiled === 0 ? `${downloads} modules fetched` : `${compiled} packages compiled`;
}
