import { access, realpath } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { LoadkitError, messageOf } from '../system/error.ts';
import { findExecutable } from '../system/executable-file.ts';
import { errorCode } from '../system/process-identity.ts';
import type { ToolSource } from '../system/tool.ts';
import type { SearchContext } from './context.ts';

/** A place that was looked at and passed over. */
export interface Rejected {
  readonly where: string;
  readonly source: ToolSource;
  readonly version: string | null;
  /** `too old: 6.0.16, needs 7.0 or newer` */
  readonly reason: string;
}

/** The outcome of trying one place. */
export type Trial<T> =
  | { readonly ok: true; readonly tool: T }
  | { readonly ok: false; readonly version: string | null; readonly reason: string };

/** How one tool is looked for. */
export interface Finder<T> {
  readonly setting: { readonly name: string; readonly value: string | null };
  /** Places in the order of preference. */
  readonly onPath: () => Promise<readonly string[]>;
  readonly inCache: () => Promise<readonly string[]>;
  readonly try: (where: string, source: ToolSource) => Promise<Trial<T>>;
}

export interface Search<T> {
  readonly found: { readonly tool: T; readonly where: string } | null;
  readonly rejected: readonly Rejected[];
  /** An explicit setting that does not work. It is never passed over, so nothing else was tried then. */
  readonly brokenSetting: (Rejected & { readonly setting: string }) | null;
}

/** Explicit setting → PATH → cache; the first that works. */
export async function searchTool<T>(finder: Finder<T>): Promise<Search<T>> {
  const rejected: Rejected[] = [];
  const { name, value } = finder.setting;
  if (value !== null) {
    const where = resolve(value);
    const isThere = (await existing([where])).length > 0;
    const trial: Trial<T> = isThere
      ? await attempt(finder, where, 'setting')
      : { ok: false, version: null, reason: 'there is no such file or folder' };
    if (trial.ok) return { found: { tool: trial.tool, where }, rejected, brokenSetting: null };
    const { version, reason } = trial;
    return {
      found: null,
      rejected,
      brokenSetting: { where, source: 'setting', version, reason, setting: name },
    };
  }
  for (const [source, places] of [
    ['path', finder.onPath],
    ['cache', finder.inCache],
  ] as const) {
    for (const where of await existing(await places())) {
      const trial = await attempt(finder, where, source);
      if (trial.ok) return { found: { tool: trial.tool, where }, rejected, brokenSetting: null };
      rejected.push({ where, source, version: trial.version, reason: trial.reason });
    }
  }
  return { found: null, rejected, brokenSetting: null };
}

/** A tool that was never installed is no finding; one in the cache that does not work is. */
async function existing(places: readonly string[]): Promise<string[]> {
  const checked = await Promise.all(
    places.map((where) =>
      access(where).then(
        () => [where],
        () => [],
      ),
    ),
  );
  return checked.flat();
}

/** A damaged file somewhere on the PATH must not end the search. */
async function attempt<T>(finder: Finder<T>, where: string, source: ToolSource): Promise<Trial<T>> {
  try {
    return await finder.try(where, source);
  } catch (error) {
    if (error instanceof LoadkitError || errorCode(error) === undefined) throw error;
    return { ok: false, version: null, reason: messageOf(error) };
  }
}

/** Programs with one of these names on the PATH, in its order; a program under several names comes once. */
export async function programsOnPath(names: readonly string[], context: SearchContext): Promise<string[]> {
  const found = new Map<string, string>();
  for (const folder of pathFolders(context)) {
    for (const name of names) {
      const file = findExecutable(join(folder, name), '/', undefined);
      if (file === undefined) continue;
      const real = await realpath(file);
      if (!found.has(real)) found.set(real, file);
    }
  }
  return [...found.values()];
}

/** Servers live in `sbin`, which Debian leaves out of an ordinary user's PATH. */
function pathFolders({ path, platform }: SearchContext): string[] {
  const usual = platform === 'darwin' ? ['/opt/homebrew/bin', '/usr/local/bin'] : ['/usr/local/sbin', '/usr/sbin'];
  const given = path.split(delimiter).filter((folder) => folder.startsWith('/'));
  return [...new Set([...given, ...usual])];
}
