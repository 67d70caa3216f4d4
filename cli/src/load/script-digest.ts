import { createHash } from 'node:crypto';
import { dirname, relative } from 'node:path';
import { readScriptFiles } from './script-files.ts';

/**
 * SHA-256 of a script with all local files that it refers to, in hex. Of a script on its own it is the digest of its
 * bytes; otherwise that of one `digest  path` line for each file, sorted, with paths relative to the script.
 */
export async function scriptDigest(scriptFile: string): Promise<string> {
  const files = await readScriptFiles(scriptFile);
  const only = files.get(scriptFile);
  if (files.size === 1 && only !== undefined) return only.sha256;
  const lines = [...files].map(([file, { sha256 }]) => `${sha256}  ${relative(dirname(scriptFile), file)}\n`);
  return createHash('sha256').update(lines.sort().join('')).digest('hex');
}
