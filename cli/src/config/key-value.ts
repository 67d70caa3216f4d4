import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/** `KEY=VALUE` options as a table; a later one wins. `option` is named in the error. */
export function parseKeyValues(option: string, items: readonly string[]): Record<string, string> {
  const table: Record<string, string> = {};
  for (const item of items) {
    const equals = item.indexOf('=');
    const key = item.slice(0, equals);
    if (equals < 1 || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
      throw new LoadkitError('option-value', `${option}: expected KEY=VALUE, found "${item}"`, {
        hint: `for example ${option} COUPON_STOCK=5000`,
        exitCode: exitCode.usage,
      });
    }
    table[key] = item.slice(equals + 1);
  }
  return table;
}

const ownNames = /^(SEED|BASE_URL|LOADKIT_.*)$/;

/** `-e` as in k6, without the names that loadkit sets itself: they would contradict the record. */
export function parseScriptEnvironment(items: readonly string[]): Record<string, string> {
  const table = parseKeyValues('--env', items);
  const own = Object.keys(table).find((name) => ownNames.test(name));
  if (own === undefined) return table;
  throw new LoadkitError('option-value', `--env: ${own} is set by loadkit itself`, {
    hint: own === 'SEED' ? 'use --seed' : 'use --profile, --vus, --duration, --rate or --iterations',
    exitCode: exitCode.usage,
  });
}
