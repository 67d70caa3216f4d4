import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/** `KEY=VALUE` options as a table; a later one wins. `option` is named in the error. */
export function parseKeyValues(option: string, items: readonly string[]): Record<string, string> {
  const table = new Map<string, string>();
  for (const item of items) {
    const equals = item.indexOf('=');
    const key = item.slice(0, equals);
    if (equals < 1 || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
      throw new LoadkitError('option-value', `${option}: expected KEY=VALUE, found "${item}"`, {
        hint: `for example ${option} COUPON_STOCK=5000`,
        exitCode: exitCode.usage,
      });
    }
    table.set(key, item.slice(equals + 1));
  }
  return Object.fromEntries(table);
}

const ownNames = /^(SEED|BASE_URL|LOADKIT_.*)$/;

/** Refuses a `-e` under a name that loadkit sets for a scenario of ours: it would contradict the record. */
export function refuseOwnNames(env: Readonly<Record<string, string>>): void {
  const own = Object.keys(env).find((name) => ownNames.test(name));
  if (own === undefined) return;
  const flags: Readonly<Record<string, string>> = { SEED: 'use --seed', BASE_URL: 'use --base-url' };
  throw new LoadkitError('option-value', `--env: ${own} is set by loadkit itself`, {
    hint: flags[own] ?? 'use --profile, --vus, --duration, --rate or --iterations',
    exitCode: exitCode.usage,
  });
}
