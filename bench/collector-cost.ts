import { fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { rate } from './bench-load.ts';
import { type LoadStand, withLoadStand } from './load-stand.ts';
import { type Bench, type BenchRow, interleaved, median } from './row.ts';

const pairs = 3;
const name = 'collector CPU';
const compares = '20 endpoint names / 1';
const limitMs = 90_000;

/** loadkit's own process while k6 runs: receiving, decoding and writing the series. A young process, not yet compiled. */
export const collectorCost: Bench = { name: 'collector', run: () => withLoadStand(name, compares, measure) };

async function measure(stand: LoadStand): Promise<BenchRow[]> {
  const memory: { many: number[]; few: number[] } = { many: [], few: [] };
  const cpu = await interleaved(
    pairs,
    () => cpuShare(stand, 20, memory.many),
    () => cpuShare(stand, 1, memory.few),
  );
  const percent = (values: readonly number[]) => (median(values) * 100).toFixed(1);
  const mebibytes = (values: readonly number[]) => (median(values) / 2 ** 20).toFixed(0);
  return [
    {
      name,
      compares,
      ratios: cpu.ratios,
      absolute: `${percent(cpu.a)} / ${percent(cpu.b)} % of a core at ${rate.toLocaleString('en')} requests/s`,
    },
    {
      name: 'collector memory',
      compares,
      ratios: memory.many.map((many, pair) => many / (memory.few[pair] ?? Number.NaN)),
      absolute: `${mebibytes(memory.many)} / ${mebibytes(memory.few)} MiB resident, tsx included`,
    },
  ];
}

/** Adds the process's resident memory to `memory`. */
async function cpuShare({ k6, baseUrl }: LoadStand, names: number, memory: number[]): Promise<number> {
  const args = [k6.executable.file, k6.version, baseUrl, String(names)];
  const collector = fork(new URL('./collector.ts', import.meta.url), args, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(collector, 'exit', { signal: AbortSignal.timeout(limitMs) });
  try {
    const [printed, [code]] = await Promise.all([collector.stdout === null ? '' : text(collector.stdout), ended]);
    const [share, rssBytes] = printed.trim().split(' ').map(Number);
    if (share === undefined || rssBytes === undefined) throw new Error(`the collector ended with ${code}`);
    memory.push(rssBytes);
    return share;
  } finally {
    // It ends its own children when its parent lets go of it.
    if (collector.connected) collector.disconnect();
  }
}
