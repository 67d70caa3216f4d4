import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { messageOf } from '../cli/src/system/error.ts';
import { benchDocument } from './bench-document.ts';
import { collectorCost } from './collector-cost.ts';
import { decodeCost } from './decode-cost.ts';
import { fidelity } from './fidelity.ts';
import { firstRequest } from './first-request.ts';
import { httpCeiling } from './http-ceiling.ts';
import { k6Cost } from './k6-cost.ts';
import { longReport } from './long-report.ts';
import { longRun } from './long-run.ts';
import { probeCost } from './probe-cost.ts';
import { reportCost } from './report-cost.ts';
import { type Bench, type BenchRow, notRun } from './row.ts';
import { serviceRate } from './service-rate.ts';
import { startUp } from './start-up.ts';
import { benchTable, spread } from './table.ts';

const benches = [
  startUp,
  reportCost,
  longReport,
  decodeCost,
  collectorCost,
  fidelity,
  k6Cost,
  longRun,
  probeCost,
  firstRequest,
  httpCeiling,
  serviceRate,
] satisfies readonly Bench[];

const { values } = parseArgs({
  options: {
    /** Names with commas between; all when absent. */
    only: { type: 'string' },
    /** A file that the table is written to as JSON. */
    json: { type: 'string' },
    /** As long and as often as `docs/benchmarks.md` has it. */
    full: { type: 'boolean', default: false },
    /** A file that the table is written to as Markdown; rows of other benches stay in it. */
    markdown: { type: 'string' },
  },
});
const names = benches.map(({ name }) => name);
const wanted = values.only?.split(',') ?? names;
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no bench is called "${unknown.join('", "')}"; there are: ${names.join(', ')}\n`);
  process.exit(2);
}
const chosen = benches.filter(({ name }) => wanted.includes(name));

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
  const load = loadavg()[0] ?? 0;
  const made = await bench.run(values.full ? 'full' : 'short').catch((error: unknown) => failed(bench, error));
  rows.push(...made);
  process.stderr.write(benchTable(made));
  if (values.markdown !== undefined) await benchDocument(values.markdown, bench.name, made, { ...machine, date, load });
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
