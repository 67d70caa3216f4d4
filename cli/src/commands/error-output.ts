import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { maskSecrets } from '../system/secret.ts';
import { nameLimit } from '../system/system-limit.ts';
import type { Output } from './output.ts';

/** Prints an error with its hint; a stack only for a defect of ours. Returns the exit code. */
export function printError(thrown: unknown, { err }: Pick<Output, 'err'>): number {
  const error = nameLimit(thrown);
  if (error instanceof LoadkitError) {
    err.write(`loadkit: ${maskSecrets(error.message)}\n`);
    for (const line of error.hint?.split('\n') ?? []) err.write(`  ${maskSecrets(line)}\n`);
    return error.exitCode;
  }
  err.write('loadkit: internal error; this is a defect of loadkit, please report it with the lines below\n');
  err.write(`${maskSecrets(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`);
  return exitCode.internal;
}
