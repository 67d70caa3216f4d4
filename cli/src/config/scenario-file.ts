import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join, relative, resolve } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

export interface ScenarioFile {
  readonly name: string;
  /** True when its path was named, not its name. */
  readonly byPath: boolean;
  readonly file: string;
}

/**
 * Finds a scenario by name (in the caller's `scenarios/`, then in loadkit's own), or a script by its path
 * (anything with a slash or an ending of k6's: `./theirs.js`).
 */
export function findScenario(reference: string, folders: readonly string[], cwd: string): ScenarioFile {
  if (reference.includes('/') || /\.(ts|js|mjs)$/.test(reference)) return scriptByPath(reference, cwd);
  const known = listScenarios(folders);
  const found = known.find((scenario) => scenario.name === reference);
  if (found !== undefined) return found;
  throw unknownScenario(reference, known);
}

/** Scenarios by name; the first folder that has a name wins. Files in `lib/` are no scenarios. */
export function listScenarios(folders: readonly string[]): ScenarioFile[] {
  const found = new Map<string, ScenarioFile>();
  for (const folder of folders) {
    for (const entry of readNames(folder)) {
      const name = basename(entry, extname(entry));
      if (/\.(ts|js|mjs)$/.test(entry) && !entry.endsWith('.d.ts') && !found.has(name)) {
        found.set(name, { name, byPath: false, file: join(folder, entry) });
      }
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function scriptByPath(reference: string, cwd: string): ScenarioFile {
  const file = resolve(cwd, reference);
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new LoadkitError('script-missing', `no k6 script at ${reference}`, {
      hint: `looked for ${file}`,
      exitCode: exitCode.usage,
    });
  }
  return { name: basename(file, extname(file)), byPath: true, file };
}

function unknownScenario(reference: string, known: readonly ScenarioFile[]): LoadkitError {
  const names = known.map(({ name }) => name);
  const nearest = nearestName(reference, names);
  return new LoadkitError('scenario-unknown', `unknown scenario "${reference}"`, {
    hint: [
      nearest === null ? null : `did you mean "${nearest}"?`,
      names.length === 0 ? 'there are no scenarios here' : `there are: ${names.join(', ')}`,
      'or name a k6 script by its path: ./script.ts',
    ]
      .filter((line) => line !== null)
      .join('\n'),
    exitCode: exitCode.usage,
  });
}

/** How a file is called in a report: below the caller's folder or loadkit's own, else by its whole path. */
export function displayName(file: string, ...folders: readonly string[]): string {
  const short = folders.map((folder) => relative(folder, file)).find((path) => path !== '' && !path.startsWith('..'));
  return short ?? file;
}

/** The name with the fewest edits, when it is near enough to be a slip of the finger. */
export function nearestName(wanted: string, names: readonly string[]): string | null {
  const most = Math.max(2, Math.floor(wanted.length / 3));
  const ranked = names
    .filter((name) => Math.abs(name.length - wanted.length) <= most)
    .map((name) => ({ name, edits: distance(wanted.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= most ? best.name : null;
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
