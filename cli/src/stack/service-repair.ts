import { type RepairFigures, repairFiguresSchema } from '../record/drill.ts';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { ServiceSetting } from './service-command.ts';
import { runServiceJob } from './service-job.ts';
import type { StartContext } from './start-context.ts';

const timeoutMs = 120_000;

/**
 * Runs the manifest's repair command; resolves with the figures of its last line.
 *
 * @throws LoadkitError `repair-output` (93) where that is something else, and as `runServiceJob`
 */
export async function repairData(
  command: readonly string[],
  setting: ServiceSetting,
  context: StartContext,
): Promise<RepairFigures> {
  const lastLine = await runServiceJob({ name: 'repair', command, env: {}, timeoutMs }, setting, context);
  try {
    return repairFiguresSchema.parse(JSON.parse(lastLine));
  } catch (error) {
    throw new LoadkitError('repair-output', `the repair command ended with "${lastLine.slice(0, 200)}"`, {
      hint: `the last line of "${command.join(' ')}" on stdout must be a JSON object with the numbers pointsAccrued, pointsTakenBack and couponsTakenBack (${messageOf(error)})`,
      exitCode: exitCode.unreachable,
      cause: error,
    });
  }
}
