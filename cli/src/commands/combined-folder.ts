import { dirname, join } from 'node:path';
import type { RunFolder } from '../record/run-folder.ts';
import type { RunRecord } from '../record/run-record.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/** Folder of a report over several runs, beside theirs: `20261124-093015-coupon+order-x7k2`, `…-coupon+drill-4x-x7k2`. */
export function combinedFolder(runs: ReadonlyArray<{ folder: RunFolder; record: RunRecord }>): string {
  const [first] = runs;
  if (first === undefined) throw new LoadkitError('no-runs', 'there is no run to report', { exitCode: exitCode.usage });
  const all = runs.map(({ record }) => (record.drill === null ? asFileName(record.scenario?.name ?? 'run') : 'drill'));
  const names = [...new Set(all)]
    .map((name) => nameWithCount(name, all.filter((other) => other === name).length))
    .join('+');
  const { id, path } = first.folder;
  return join(dirname(path), `${id.slice(0, '20261124-093015'.length)}-${names.slice(0, 120)}-${id.slice(-4)}`);
}

/** With its repeats, so that it is never the name of a single run's folder. */
function nameWithCount(name: string, count: number): string {
  return count === 1 ? name : `${name}-${count}x`;
}

/** A record may come from anywhere: its words stay one part of a path. */
function asFileName(name: string): string {
  return name.replace(/[^\w.-]+/g, '-');
}
