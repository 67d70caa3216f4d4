import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const isRoot = process.getuid?.() === 0;

/** Says that a test was not run; where tools are required that is a failure. */
export function notRun(what: string, skip: (note: string) => void): void {
  if (process.env.LOADKIT_REQUIRE_TOOLS !== undefined && isRoot) throw new Error(`미실시: ${what}`);
  console.warn(`미실시: ${what}`);
  skip(`미실시: ${what}`);
}

export interface Disk {
  readonly folder: string;
  remove(): void;
}

/** A disk of its own in memory; null for who may not mount one. */
export function makeDisk(mebibytes: number): Disk | null {
  const folder = mkdtempSync(join(tmpdir(), 'lk-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'none', folder], { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
  return {
    folder,
    remove: () => {
      execFileSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** A folder that cannot be written, for root too where he may mount; null where nothing can be forbidden to him. */
export function makeReadOnlyFolder(): Disk | null {
  const disk = isRoot ? makeDisk(1) : null;
  if (disk !== null) {
    execFileSync('mount', ['-o', 'remount,ro', disk.folder]);
    return disk;
  }
  if (isRoot) return null;
  const folder = mkdtempSync(join(tmpdir(), 'lk-read-only-'));
  chmodSync(folder, 0o555);
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
