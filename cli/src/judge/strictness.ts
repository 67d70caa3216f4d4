import type { RunRecord, Verdict } from '../record/run-record.ts';
import { exitCode } from '../system/exit-code.ts';

/**
 * Whose word a ground is: `k6` for what k6 itself found, or what was found in its place (`--no-k6-summary`), `run` for a run that did not come to its end, `loadkit` for all that
 * is seen beside it.
 */
export type Speaker = 'k6' | 'run' | 'loadkit';

/**
 * A script that is not ours has the verdict that bare k6 would have given it: being watched must not change it. What loadkit
 * finds is said and changes nothing, unless `--strict` asks for our own measure.
 */
export function isLeftToK6({ scenario }: Pick<RunRecord, 'scenario'>): boolean {
  return scenario?.foreign === true && !scenario.strict;
}

/** The grounds with no code on those that are loadkit's own. */
export function leftToK6<Ground extends { readonly code: number | null; readonly by: Speaker }>(
  grounds: readonly Ground[],
): Ground[] {
  return grounds.map((ground) => (ground.by === 'loadkit' ? { ...ground, code: null } : ground));
}

/** k6's exit code as a verdict; it is passed on whatever it is. */
export function verdictOfK6(code: number): Pick<Verdict, 'name' | 'exitCode'> {
  if (code === exitCode.ok) return { name: 'PASS', exitCode: code };
  return { name: code === exitCode.threshold ? 'FAIL' : 'SCRIPT_FAILURE', exitCode: code };
}
