import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** Absolute path of a program as a shell would find it; undefined when there is none that may be run. */
export function findExecutable(file: string, cwd: string, path: string | undefined): string | undefined {
  if (file.includes('/')) {
    const absolute = resolve(cwd, file);
    return isExecutable(absolute) ? absolute : undefined;
  }
  for (const folder of (path ?? '').split(delimiter)) {
    const candidate = join(folder === '' ? cwd : folder, file);
    if (isExecutable(candidate)) return candidate;
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
