import Table from 'cli-table3';
import { faults } from '../faults/registry.ts';
import { exitCode } from '../system/exit-code.ts';
import type { Output } from './output.ts';
import { plainTable } from './plain-table.ts';

/** `loadkit drill list` */
export function printFaults({ json }: { readonly json: boolean }, { out }: Output): number {
  const rows = faults.map(({ id, failure, scenario, holdMs, mitigates, about }) => ({
    id,
    failure,
    scenario,
    holdMs,
    mitigates: mitigates ?? null,
    about,
  }));
  if (json) {
    out.write(`${JSON.stringify(rows, null, 2)}\n`);
    return exitCode.ok;
  }
  const table = new Table(plainTable(['fault', 'measures', 'scenario', 'stands', 'what is done']));
  for (const { id, failure, scenario, holdMs, about } of rows) {
    table.push([id, failure ?? 'placebo', scenario, `${holdMs / 1_000} s`, about]);
  }
  out.write(`${table.toString()}\n`);
  return exitCode.ok;
}
