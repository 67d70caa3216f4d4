import { decodeExport } from '../cli/src/load/otlp-decode.ts';
import { exportRequestType } from '../cli/src/load/otlp-schema.ts';
import { recordExport } from './export-recording.ts';
import { type LoadStand, withLoadStand } from './load-stand.ts';
import { type Bench, type BenchRow, interleaved, median } from './row.ts';

const pairs = 10;
const roundMs = 150;
const name = 'decoding an export';
const compares = '20 endpoint names / 1';

/** Decoding exports that k6 itself sent, recorded just before. */
export const decodeCost: Bench = { name: 'decode', run: () => withLoadStand(name, compares, measure) };

async function measure(stand: LoadStand): Promise<BenchRow[]> {
  const [many, few] = [await recordExport(stand, 20), await recordExport(stand, 1)];
  const whole = (body: Buffer) => () => msPerCall(() => decodeExport(body));
  const protobuf = () => msPerCall(() => exportRequestType.decode(many));
  for (const warmUp of [whole(many), whole(few), protobuf]) warmUp();

  const byNames = await interleaved(pairs, whole(many), whole(few));
  const checked = await interleaved(pairs, whole(many), protobuf);
  const kilobytes = `${kB(many)} / ${kB(few)} kB`;
  return [
    {
      name,
      compares,
      ratios: byNames.ratios,
      absolute: `${perSecond(byNames.a)} / ${perSecond(byNames.b)} exports/s of ${kilobytes}`,
    },
    {
      name: 'checking an export',
      compares: 'decodeExport / protobuf alone, 20 names',
      ratios: checked.ratios,
      absolute: `${perSecond(checked.a)} / ${perSecond(checked.b)} exports/s`,
    },
  ];
}

function msPerCall(call: () => unknown): number {
  const startedAt = performance.now();
  let calls = 0;
  while (performance.now() - startedAt < roundMs) {
    call();
    calls += 1;
  }
  return (performance.now() - startedAt) / calls;
}

function perSecond(msPerExport: readonly number[]): string {
  return Math.round(1_000 / median(msPerExport)).toLocaleString('en');
}

function kB(body: Buffer): string {
  return (body.length / 1_000).toFixed(1);
}
