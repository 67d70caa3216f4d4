import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeAbandonedLock, takeDrillLock } from '../../../src/faults/drill-lock.ts';
import { identityOf } from '../../../src/system/process-identity.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-drill-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lockFile = () => join(folder, `${hostname()}.lock`);

function heldBy(holder: { host: string; pid: number; startedAt: string | null }): void {
  writeFileSync(lockFile(), JSON.stringify(holder));
}

describe('the lock of a drill', () => {
  it('refuses a second drill, and says whose the first one is', async () => {
    const lock = await takeDrillLock(folder);
    expect(readdirSync(folder)).toEqual([`${hostname()}.lock`]);
    await expect(takeDrillLock(folder)).rejects.toMatchObject({
      code: 'drill-running',
      message: `another drill is running on this machine (process ${process.pid})`,
      hint: expect.stringContaining(`kill ${process.pid}`),
      exitCode: 2,
    });
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is free again when it was given back', async () => {
    await (await takeDrillLock(folder)).release();
    await (await takeDrillLock(folder)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from a process that is gone, also when its number is somebody else’s by now', async () => {
    heldBy({ host: hostname(), ...identityOf(process.pid), startedAt: '1' });
    const lock = await takeDrillLock(folder);
    expect(lock.file).toBe(lockFile());
    await lock.release();
  });

  it('of a process that is gone is removed, and one that is held is not', async () => {
    expect(await removeAbandonedLock(folder)).toEqual([]);
    heldBy({ host: hostname(), pid: 999_999_999, startedAt: '1' });
    expect(await removeAbandonedLock(folder)).toEqual([lockFile()]);
    expect(readdirSync(folder)).toEqual([]);
    const lock = await takeDrillLock(folder);
    expect(await removeAbandonedLock(folder)).toEqual([]);
    expect(readdirSync(folder)).toEqual([`${hostname()}.lock`]);
    await lock.release();
  });

  it('makes its folder, which only its user may enter', async () => {
    const lock = await takeDrillLock(join(folder, 'cache', 'drills'));
    expect(lock.file).toBe(join(folder, 'cache', 'drills', `${hostname()}.lock`));
  });

  it('goes to exactly one of several that want it at once', async () => {
    for (let round = 0; round < 50; round += 1) {
      heldBy({ host: hostname(), pid: 999_999_999, startedAt: '1' });
      const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => takeDrillLock(folder)));
      expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(readdirSync(folder)).toEqual([`${hostname()}.lock`]);
    }
  });
});
