import { cleanUp, drillFolder } from '../faults/cleanup.ts';
import { exitCode } from '../system/exit-code.ts';
import type { CommandContext } from './context.ts';

/** `loadkit drill --cleanup`: a line for each journal and each thing that was to be undone. 95 when something may still be there. */
export async function cleanUpDrills({ environment, output }: CommandContext): Promise<number> {
  const cleaned = await cleanUp(drillFolder(environment.cacheFolder));
  if (cleaned.length === 0) output.out.write('nothing was left behind by any drill\n');
  for (const { file, fault, state, undone, error } of cleaned) {
    output.out.write(`${state}  ${fault ?? 'unknown fault'}  ${file}${error === null ? '' : `: ${error}`}\n`);
    for (const one of undone) {
      output.out.write(`  ${one.outcome}  ${one.kind}  ${one.subject}${one.error === null ? '' : `: ${one.error}`}\n`);
    }
  }
  const isLeft = cleaned.some(({ state }) => state === 'left' || state === 'unreadable');
  return isLeft ? exitCode.inconclusive : exitCode.ok;
}
