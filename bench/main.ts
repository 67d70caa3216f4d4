import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { messageOf } from '../cli/src/system/error.ts';
import { collectorCost } from './collector-cost.ts';
import { decodeCost } from './decode-cost.ts';
import { k6Cost } from './k6-cost.ts';
import { longReport } from './long-report.ts';
import { probeCost } from './probe-cost.ts';
import { reportCost } from './report-cost.ts';
import { type Bench, type BenchRow, notRun } from './row.ts';
import { startUp } from './start-up.ts';
import { benchTable, spread } from './table.ts';

const benches = [
  startUp,
  reportCost,
  longReport,
  decodeCost,
  collectorCost,
  k6Cost,
  probeCost,
] satisfies readonly Bench[];

const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'string' } } });
const chosen = benches.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0) {
  const names = benches.map(({ name }) => name).join(', ');
  process.stderr.write(`no bench is called "${values.only}"; there are: ${names}\n`);
  process.exit(2);
}

const date = new Date().toISOString();
const machine = {
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  processors: availableParallelism(),
  loadBefore: loadavg()[0] ?? 0,
  node: process.versions.node,
};
const rows: BenchRow[] = [];
for (const bench of chosen) {
  process.stderr.write(`… ${bench.name}\n`);
  rows.push(...(await bench.run().catch((error: unknown) => failed(bench, error))));
}
const loadAfter = loadavg()[0] ?? 0;

const { cpu, processors, loadBefore, node } = machine;
const load = `load average ${loadBefore.toFixed(1)} before, ${loadAfter.toFixed(1)} after`;
process.stdout.write(`${date} · ${cpu}, ${processors} processors · ${load} · Node ${node}\n${benchTable(rows)}`);
if (values.json !== undefined) {
  const report = { date, machine: { ...machine, loadAfter }, rows: rows.map(withSpread) };
  await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
}

/** The other benches are still worth their time; the exit code tells that one is missing. */
function failed({ name }: Bench, error: unknown): BenchRow[] {
  process.exitCode = 1;
  return [notRun(name, '', `failed: ${messageOf(error)}`)];
}

function withSpread(row: BenchRow) {
  if (row.ratios.length === 0) return row;
  const { middle, least, most } = spread(row.ratios);
  return { ...row, median: middle, min: least, max: most };
}
