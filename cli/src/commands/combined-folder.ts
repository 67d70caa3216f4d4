import { dirname, join } from 'node:path';
import type { RunFolder } from '../record/run-folder.ts';
import type { RunRecord } from '../record/run-record.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/** Folder of a report over several runs, beside theirs: `20261124-093015-coupon+order-x7k2`. */
export function combinedFolder(runs: ReadonlyArray<{ folder: RunFolder; record: RunRecord }>): string {
  const [first] = runs;
  if (first === undefined) throw new LoadkitError('no-runs', 'there is no run to report', { exitCode: exitCode.usage });
  const names = runs.map(({ record }) => asFileName(record.scenario?.name ?? 'run')).join('+');
  const { id, path } = first.folder;
  return join(dirname(path), `${id.slice(0, '20261124-093015'.length)}-${names.slice(0, 120)}-${id.slice(-4)}`);
}

/** A record may come from anywhere: its words stay one part of a path. */
function asFileName(name: string): string {
  return name.replace(/[^\w.-]+/g, '-');
}
