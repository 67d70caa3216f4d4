import { statfs } from 'node:fs/promises';

const mebibyte = 1024 * 1024;

/** Null when the disk of that folder has so much room; else what to say of it. Rejects with the system's error. */
export async function lackOfSpace(folder: string, leastMebibytes: number): Promise<string | null> {
  const { bavail, bsize } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / mebibyte);
  return free >= leastMebibytes ? null : `only ${free} MiB are free, and at least ${leastMebibytes} MiB are wanted`;
}
