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
