import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LoadkitError } from '../system/error.ts';

export const k6Module = 'go.k6.io/k6/v2';

/** The one place of each pinned version is the file that its package client reads. */
export interface Pinned {
  /** From `k6/go.mod`, without the `v`. */
  readonly k6: string;
  /** From `kafka/pom.xml`. */
  readonly kafka: string;
}

export async function readPinned(pinnedFolder: string): Promise<Pinned> {
  const [k6, kafka] = await Promise.all([
    versionIn(join(pinnedFolder, 'k6', 'go.mod'), /^(?:require )?\s*go\.k6\.io\/k6\/v2 v(\d\S*)/m),
    versionIn(join(pinnedFolder, 'kafka', 'pom.xml'), /<kafka\.version>(\d[^<]*)<\/kafka\.version>/),
  ]);
  return { k6, kafka };
}

async function versionIn(file: string, pattern: RegExp): Promise<string> {
  const version = pattern.exec(await readFile(file, 'utf8'))?.[1];
  if (version === undefined) throw new LoadkitError('toolchain-file', `${file} names no version (${pattern.source})`);
  return version;
}
