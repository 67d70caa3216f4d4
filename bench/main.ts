import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { k6Cost } from './k6-cost.ts';
import { reportCost } from './report-cost.ts';
import { type BenchRow, median } from './row.ts';
import { startUp } from './start-up.ts';

const benches = [startUp, reportCost, k6Cost];

const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'string' } } });
const chosen = benches.filter(({ name }) => values.only === undefined || name.includes(values.only));
if (chosen.length === 0) {
  process.stderr.write(
    `no bench is called "${values.only}"; there are: ${benches.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}

const machine = `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}`;
process.stdout.write(`${new Date().toISOString()} · ${machine} · Node ${process.versions.node}\n`);
const rows: BenchRow[] = [];
for (const bench of chosen) {
  const row = await bench.run();
  rows.push(row);
  process.stdout.write(`${line(row)}\n`);
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ machine, rows }, null, 2)}\n`);

/** name, ratio with its spread, what it compares, absolute medians. */
function line({ name, compares, ratios, absolute, notRun }: BenchRow): string {
  if (notRun !== undefined) return `${name.padEnd(26)} not run: ${notRun}`;
  const two = (value: number) => value.toFixed(2);
  const spread = `${two(median(ratios))} [${two(Math.min(...ratios))}–${two(Math.max(...ratios))}]`;
  return `${name.padEnd(26)} ${spread.padEnd(20)} ${compares}, ${ratios.length} pairs (${absolute})`;
}
