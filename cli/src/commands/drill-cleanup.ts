import { tmpdir } from 'node:os';
import { cleanUp, drillFolder, removeDrafts } from '../faults/cleanup.ts';
import { removeAbandonedLock } from '../faults/drill-lock.ts';
import { sweepCommandFolders } from '../system/command-folder.ts';
import { exitCode } from '../system/exit-code.ts';
import type { CommandContext } from './context.ts';

/**
 * `loadkit drill --cleanup`: a line for each journal and each thing that was to be undone, and for each file that nobody
 * else would remove before the next command. 95 when something may still be there.
 */
export async function cleanUpDrills({ environment, output }: CommandContext): Promise<number> {
  const folder = drillFolder(environment.cacheFolder);
  const cleaned = await cleanUp(folder);
  const removed = [
    ...(await removeDrafts(folder)),
    ...(await removeAbandonedLock(folder)),
    ...(await sweepCommandFolders(tmpdir())),
  ];
  if (cleaned.length + removed.length === 0) output.out.write('nothing was left behind by any drill\n');
  for (const { file, fault, state, undone, error } of cleaned) {
    output.out.write(`${state}  ${fault ?? 'unknown fault'}  ${file}${error === null ? '' : `: ${error}`}\n`);
    for (const one of undone) {
      output.out.write(`  ${one.outcome}  ${one.kind}  ${one.subject}${one.error === null ? '' : `: ${one.error}`}\n`);
    }
  }
  for (const path of removed) output.out.write(`removed  ${path}\n`);
  const isLeft = cleaned.some(({ state }) => state === 'left' || state === 'unreadable');
  return isLeft ? exitCode.inconclusive : exitCode.ok;
}
