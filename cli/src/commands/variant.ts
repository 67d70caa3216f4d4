import { parseKeyValues } from '../config/key-value.ts';
import type { ComparedSetting, RunOptions } from '../config/run-options.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/** `--compare-set NAME=a,b`. Throws `LoadkitError` `option-value` (2) when there are not at least two different values. */
export function parseComparedSetting(text: string, set: Readonly<Record<string, string>>): ComparedSetting {
  const [[name = '', list = ''] = []] = Object.entries(parseKeyValues('--compare-set', [text]));
  const values = list.split(',').map((value) => value.trim());
  if (values.length < 2 || values.includes('') || new Set(values).size < values.length) {
    throw refused(`--compare-set: expected NAME=a,b with at least two different values, found "${text}"`);
  }
  if (Object.hasOwn(set, name)) throw refused(`--compare-set: ${name} is given with --set too`);
  return { name, values };
}

/**
 * The options of each run in its order: rounds through the values, every second one backwards (A B B A), so that
 * what changes slowly on the machine meets every value alike.
 */
export function optionsOfRuns(options: RunOptions): RunOptions[] {
  const { compared, repeats } = options;
  const round =
    compared === null ? [options] : compared.values.map((value) => withSetting(options, compared.name, value));
  return Array.from({ length: repeats }, (_, index) => (index % 2 === 0 ? round : round.toReversed())).flat();
}

function withSetting(options: RunOptions, name: string, value: string): RunOptions {
  return { ...options, set: { ...options.set, [name]: value } };
}

function refused(message: string): LoadkitError {
  return new LoadkitError('option-value', message, {
    hint: 'for example --compare-set ISSUE_STRATEGY=lua,lock',
    exitCode: exitCode.usage,
  });
}
