import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { type ServiceManifest, serviceManifestSchema } from './service-manifest.ts';

const fileName = 'loadkit.json';

/**
 * Reads `loadkit.json` of a service's folder.
 * Rejects with `LoadkitError` (exit 2) naming the file and every key that is wrong, with what was expected there.
 */
export async function loadServiceManifest(folder: string): Promise<ServiceManifest> {
  const file = join(folder, fileName);
  const manifest = serviceManifestSchema.safeParse(parseJson(await readText(file), file));
  if (!manifest.success) {
    throw invalid(`${file}: ${manifest.error.issues.map(describeIssue).join('; ')}`);
  }
  checkProcesses(manifest.data, file);
  checkOverrides(manifest.data, file);
  return manifest.data;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new LoadkitError('manifest-missing', `${file} cannot be read: ${messageOf(error)}`, {
      hint: `a service says in its ${fileName} how it is started, watched and reset`,
      exitCode: exitCode.usage,
      cause: error,
    });
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = messageOf(error);
    const place = placeOf(message, text);
    throw invalid(`${file}${place === null ? '' : `:${place.line}:${place.column}`} is not JSON: ${message}`);
  }
}

/** V8 gives a character offset, or none when the text ends too early. */
function placeOf(message: string, text: string): { line: number; column: number } | null {
  const offset = /at position (\d+)/.exec(message)?.[1];
  const position = offset === undefined ? (/end of JSON/.test(message) ? text.length : null) : Number(offset);
  if (position === null) return null;
  const before = text.slice(0, position).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const place = z.core.toDotPath(issue.path);
  if (issue.code !== 'unrecognized_keys') return `${place || 'the whole'}: ${issue.message}`;
  return `${place === '' ? '' : `${place}: `}unknown key ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
}

function checkProcesses({ processes }: ServiceManifest, file: string): void {
  const names = processes.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`${file}: processes: two are named "${twice}"`);
  const targets = processes.filter(({ target }) => target);
  if (targets.length !== 1) {
    throw invalid(
      `${file}: processes: exactly one must have "target": true, found ${targets.length} of ${names.length}`,
    );
  }
  const beside = processes.find(({ target, canary }) => !target && canary !== undefined);
  if (beside !== undefined) {
    throw invalid(`${file}: processes: "${beside.name}" has a canary and is not the target, where the load goes`);
  }
}

function checkOverrides({ overrides, settings }: ServiceManifest, file: string): void {
  const unknown = overrides?.settings.find((name) => !Object.hasOwn(settings, name));
  if (unknown !== undefined) throw invalid(`${file}: overrides.settings: "${unknown}" is not among the settings`);
}

function invalid(message: string): LoadkitError {
  return new LoadkitError('manifest-invalid', message, {
    hint: 'cli/src/stack/service-manifest.ts says what each key means',
    exitCode: exitCode.usage,
  });
}
