import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

export interface ScriptFile {
  /** In hex. */
  readonly sha256: string;
  /** Null for data. */
  readonly code: string | null;
}

/** `from './x.ts'`, `import './x.ts'`, `import('./x.ts')`, `require('./x.js')`, `open('./data.json')`. */
const localReference =
  /(?:\bfrom\s*|\bimport\s*(?:\(\s*)?|\brequire\s*\(\s*|\bopen\s*\(\s*)(['"])(\.{1,2}\/[^'"\n]+)\1/g;

/** A script with all local files that it refers to, by path; the script comes first. */
export async function readScriptFiles(scriptFile: string): Promise<ReadonlyMap<string, ScriptFile>> {
  const files = new Map<string, ScriptFile>();
  await addFile(scriptFile, files);
  return files;
}

async function addFile(file: string, files: Map<string, ScriptFile>): Promise<void> {
  if (files.has(file)) return;
  const bytes = await readFile(file).catch(() => null);
  // k6 has loaded the script: what cannot be read here is a reference in a comment or on a path never taken.
  if (bytes === null) return;
  const isCode = files.size === 0 || /\.[cm]?[jt]s$/.test(file);
  const code = isCode ? bytes.toString('utf8') : null;
  files.set(file, { sha256: createHash('sha256').update(bytes).digest('hex'), code });
  for (const [, , reference] of code?.matchAll(localReference) ?? []) {
    if (reference !== undefined) await addFile(resolve(dirname(file), reference), files);
  }
}

/**
 * Whether the code names `loadkit`, as `options.ext.loadkit` must. A guess that decides which environment a script is
 * inspected with first; the options that k6 then prints decide.
 */
export function mentionsLoadkit(files: ReadonlyMap<string, ScriptFile>): boolean {
  return hasCode(files, /\bloadkit\b/);
}

/**
 * Whether `handleSummary()` takes `root_group` out of its data. k6 2.2.0 makes `--summary-export` of the same data after it,
 * fails, and then writes nothing of what the script wanted written.
 */
export function takesRootGroup(files: ReadonlyMap<string, ScriptFile>): boolean {
  // A statement of some length: without a bound each `delete` of a long line reads all of it.
  const taken = /\bdelete\s[^;\n]{0,200}root_group|\broot_group['"]?\]?\s*=(?!=)/;
  return handlesSummary(files) && hasCode(files, taken);
}

/** Whether the code names `handleSummary`. */
export function handlesSummary(files: ReadonlyMap<string, ScriptFile>): boolean {
  return hasCode(files, /\bhandleSummary\b/);
}

function hasCode(files: ReadonlyMap<string, ScriptFile>, pattern: RegExp): boolean {
  return [...files.values()].some(({ code }) => code !== null && pattern.test(code));
}
