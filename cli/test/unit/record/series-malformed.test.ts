import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SeriesLine, seriesLineSchema } from '../../../src/record/series.ts';
import { readSeries } from '../../../src/record/series-file.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { histogramQuantile, mergeHistograms } from '../../../src/stats/histogram.ts';
import { altered, damaged, everyExampleInTurn, longTexts, nativeNames, speaking } from '../malformed.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadkit-malformed-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const t = 1_790_000_000_000;
const histogram = { scale: 3, offset: -2, counts: [1, 2, 1], zeroCount: 0, count: 4, sum: 5, min: 0.9, max: 1.4 };
const whole: readonly SeriesLine[] = [
  {
    ...{ kind: 'load', t, from: t - 1_000, instance: 0, counters: { http_reqs: 4 }, gauges: { vus: 2 } },
    histograms: { 'http_req_duration{name:a}': histogram },
  },
  { kind: 'sample', t, probe: 'redis', outcome: 'ok', tookMs: 1.5, values: { redis_commands: 17 } },
  { kind: 'sample', t, probe: 'mysql', outcome: 'failed', tookMs: 2, error: 'gone' },
  { kind: 'event', t, name: 'phase', subject: 'load', detail: 'begun' },
];
const lines = fc.constantFrom(...whole);

async function read(text: string) {
  const file = join(folder, 'series.ndjson');
  await writeFile(file, text);
  return readSeries(file);
}

function expectSound(list: readonly SeriesLine[]): void {
  const { load, points, readings } = indexSeries(list);
  const times = [load, ...points.values(), ...readings.values()].map((items) => items.map((item) => item.t));
  for (const all of times) expect(all).toEqual([...all].sort((a, b) => a - b));
  for (const values of points.values()) for (const { value } of values) expect(Number.isFinite(value)).toBe(true);
  const merged = mergeHistograms(load.flatMap(({ histograms }) => Object.values(histograms)));
  for (const q of [0, 0.5, 0.95, 1]) {
    const value = histogramQuantile(merged, q);
    expect(value === null || Number.isFinite(value)).toBe(true);
  }
  speaking(list);
}

test('a line with one thing wrong is read as a line or counted as unreadable, and the others stay', async () => {
  const changed = lines.chain((line) => altered(line)).map((line) => JSON.stringify(line));
  await everyExampleInTurn(changed, async (text) => {
    const good = whole.map((line) => JSON.stringify(line));
    const { lines: found, unreadable } = await read([...good, text, ...good].join('\n'));
    expect(found.length + unreadable).toBe(2 * good.length + 1);
    expect(unreadable).toBeLessThanOrEqual(1);
    expectSound(found);
  });
});

test('a file that is cut off, or whose lines come twice or in another order, is read as far as it goes', async () => {
  const files = fc.array(lines, { maxLength: 6 }).map((list) => list.map((line) => JSON.stringify(line)).join('\n'));
  await everyExampleInTurn(damaged(files), async (text) => {
    const { lines: found } = await read(text);
    expectSound(found);
  });
});

test('numbers that JSON cannot hold make a line unreadable, not a zero', async () => {
  for (const value of ['NaN', 'Infinity', '1e999', 'null', '"1"']) {
    const text = `{"kind":"sample","t":${t},"probe":"redis","outcome":"ok","tookMs":1,"values":{"redis_commands":${value}}}`;
    expect(await read(text)).toEqual({ lines: [], unreadable: 1 });
  }
});

test('a time that no clock of this age shows makes a line unreadable', async () => {
  for (const time of [-1, 1e300, 9e15]) {
    expect((await read(JSON.stringify({ ...whole[1], t: time }))).unreadable).toBe(1);
  }
});

test('a probe with the name of what every object has is a probe', async () => {
  for (const name of nativeNames) {
    const { lines: found } = await read(JSON.stringify({ ...whole[1], probe: name }));
    expect([...indexSeries(found).readings.keys()]).toEqual([name]);
  }
});

test('a very long line, and one of brackets in brackets, is read or counted', async () => {
  for (const text of [...longTexts(), '['.repeat(1_000_000), `{"kind":${'['.repeat(1_000_000)}`]) {
    expect((await read(text)).lines).toEqual([]);
  }
  expect(seriesLineSchema.safeParse(JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`)).success).toBe(false);
});
