import { fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { rate } from './bench-load.ts';
import { type LoadStand, withLoadStand } from './load-stand.ts';
import { type Bench, type BenchRow, type Extent, median } from './row.ts';

const name = 'collector CPU';
const compares = 'of one core';
const limitMs = 90_000;
const mostShare = 0.05;
const mostBytes = 150 * 2 ** 20;

interface Cell {
  readonly perSecond: number;
  readonly names: number;
}

/** loadkit's own process while k6 runs: receiving, decoding and writing the series. A young process, not yet compiled. */
export const collectorCost: Bench = {
  name: 'collector',
  run: (extent) => withLoadStand(name, compares, (stand) => measure(stand, extent)),
};

async function measure(stand: LoadStand, extent: Extent): Promise<BenchRow[]> {
  const rates = extent === 'full' ? [100, 1_000, 3_000] : [rate];
  const names = extent === 'full' ? [1, 20, 100] : [1, 20];
  const repeats = extent === 'full' ? 3 : 2;
  const rows: BenchRow[] = [];
  for (const cell of rates.flatMap((perSecond) => names.map((each) => ({ perSecond, names: each })))) {
    const found: Cost[] = [];
    for (let n = 0; n < repeats; n += 1) found.push(await costOf(stand, cell));
    rows.push(rowOf(cell, found));
  }
  return rows;
}

interface Cost {
  readonly cpuShare: number;
  readonly rssBytes: number;
}

function rowOf({ perSecond, names }: Cell, found: readonly Cost[]): BenchRow {
  const shares = found.map(({ cpuShare }) => cpuShare);
  const bytes = found.map(({ rssBytes }) => rssBytes);
  const mebibytes = (median(bytes) / 2 ** 20).toFixed(0);
  return {
    name: `${name}, ${perSecond.toLocaleString('en')}/s, ${names} ${names === 1 ? 'name' : 'names'}`,
    compares,
    ratios: shares,
    absolute: `${(median(shares) * 100).toFixed(1)} % of a core, ${mebibytes} MiB resident, tsx included`,
    reach: { goal: '≤ 0.05, ≤ 150 MiB', met: median(shares) <= mostShare && Math.max(...bytes) <= mostBytes },
  };
}

async function costOf({ k6, baseUrl }: LoadStand, { names, perSecond }: Cell): Promise<Cost> {
  const args = [k6.executable.file, k6.version, baseUrl, String(names), String(perSecond)];
  const collector = fork(new URL('./collector.ts', import.meta.url), args, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(collector, 'exit', { signal: AbortSignal.timeout(limitMs) });
  try {
    const [printed, [code]] = await Promise.all([collector.stdout === null ? '' : text(collector.stdout), ended]);
    const [share, rssBytes] = printed.trim().split(' ').map(Number);
    if (share === undefined || rssBytes === undefined) throw new Error(`the collector ended with ${code}`);
    return { cpuShare: share, rssBytes };
  } finally {
    // It ends its own children when its parent lets go of it.
    if (collector.connected) collector.disconnect();
  }
}
