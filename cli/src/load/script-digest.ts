import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';

/** `from './x.ts'`, `import './x.ts'`, `import('./x.ts')`, `require('./x.js')`, `open('./data.json')`. */
const localReference = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*|\bopen\s*\(\s*)(['"])(\.{1,2}\/[^'"\n]+)\1/g;

/**
 * SHA-256 of a script with all local files that it refers to, in hex. Of a script on its own it is the digest of its
 * bytes; otherwise that of one `digest  path` line for each file, sorted, with paths relative to the script.
 */
export async function scriptDigest(scriptFile: string): Promise<string> {
  const digests = new Map<string, string>();
  await addFile(scriptFile, digests);
  const only = digests.get(scriptFile);
  if (digests.size === 1 && only !== undefined) return only;
  const lines = [...digests].map(([file, digest]) => `${digest}  ${relative(dirname(scriptFile), file)}\n`);
  return sha256(lines.sort().join(''));
}

async function addFile(file: string, digests: Map<string, string>): Promise<void> {
  if (digests.has(file)) return;
  const bytes = await readFile(file).catch(() => null);
  // k6 has loaded the script: what cannot be read here is a reference in a comment or on a path never taken.
  if (bytes === null) return;
  digests.set(file, sha256(bytes));
  if (!/\.[cm]?[jt]s$/.test(file)) return;
  for (const [, , reference] of bytes.toString('utf8').matchAll(localReference)) {
    if (reference !== undefined) await addFile(resolve(dirname(file), reference), digests);
  }
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
