import type { Drill } from '../record/drill.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

const keys = { LEVEL: 'level', MTTD: 'ttd', MTTR: 'ttr' } as const;

/** `MTTD=10s,MTTR=5m`, each in the user's own words; null: nothing was estimated. */
export function parseEstimate(text: string | null): Drill['estimate'] {
  const estimate: Drill['estimate'] = { level: null, ttd: null, ttr: null };
  for (const part of text?.split(',') ?? []) {
    const [, key = '', value = ''] = /^\s*([A-Za-z]+)\s*=\s*(.+?)\s*$/.exec(part) ?? [];
    const name = Object.entries(keys).find(([known]) => known === key.toUpperCase())?.[1];
    if (name === undefined) {
      throw new LoadkitError('option-value', `--estimate: expected LEVEL=…, MTTD=… or MTTR=…, found "${part.trim()}"`, {
        hint: 'for example --estimate "LEVEL=L2,MTTD=10s,MTTR=5m"',
        exitCode: exitCode.usage,
      });
    }
    estimate[name] = value;
  }
  return estimate;
}
