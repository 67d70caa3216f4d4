import type { ScenarioParameters } from '../load/load.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/**
 * A script that refuses a parameter throws `NAME: what is wrong`, and k6 reports an exception with a stack. For a
 * parameter that the user typed, that is a usage error and not a defect of the script; null for every other failure.
 */
export function refusedParameter(error: unknown, { env }: ScenarioParameters): LoadkitError | null {
  if (!(error instanceof LoadkitError) || error.code !== 'script-failed') return null;
  const [, flag, name, text] =
    /Error: (?:(--[a-z]+) \(LOADKIT_[A-Z]+\)|([A-Z][A-Z0-9_]*)): ([^\n]*)/.exec(error.message) ?? [];
  const typed = flag ?? (name !== undefined && Object.hasOwn(env, name) ? `-e ${name}` : undefined);
  if (typed === undefined) return null;
  return new LoadkitError('option-value', `${typed}: ${text}`, {
    hint: "the script's first lines say what it takes",
    exitCode: exitCode.usage,
    cause: error,
  });
}
