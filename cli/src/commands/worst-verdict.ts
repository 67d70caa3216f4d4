import type { EvaluatedRun } from '../pipeline/execute-run.ts';
import { exitCode, worstExitCode } from '../system/exit-code.ts';

/** The exit code of a command over all its runs; one that was not judged is a defect. */
export function worstVerdict(runs: ReadonlyArray<Pick<EvaluatedRun, 'record'>>): number {
  return worstExitCode(runs.map(({ record }) => record.judgement?.verdict.exitCode ?? exitCode.internal));
}
