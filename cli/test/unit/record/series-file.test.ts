import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SeriesLine } from '../../../src/record/series.ts';
import { readSeries, SeriesWriter } from '../../../src/record/series-file.ts';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadkit-series-test-'));
  file = join(folder, 'series.ndjson');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const sample = (second: number): SeriesLine => ({
  kind: 'sample',
  t: second * 1_000,
  probe: 'redis',
  outcome: 'ok',
  tookMs: 0.4,
  values: { redis_ping_ms: 0.25, 'redis_errors{error:쿠폰}': 3 },
});
const event: SeriesLine = { kind: 'event', t: 5, name: 'phase', subject: 'load' };
const load: SeriesLine = {
  kind: 'load',
  t: 2_000,
  from: 1_000,
  instance: 0,
  counters: { 'http_reqs{name:a}': 10 },
  gauges: { vus: 3 },
  histograms: {
    http_req_duration: { scale: 5, offset: 64, counts: [9, 1], zeroCount: 0, count: 10, sum: 50, min: 4, max: 6 },
  },
};

async function writeLines(lines: readonly SeriesLine[]): Promise<void> {
  const writer = new SeriesWriter(file);
  for (const line of lines) writer.append(line);
  expect(await writer.close()).toBeNull();
}

describe('a series', () => {
  it('comes back as it was written', async () => {
    const lines = [event, load, sample(1), { ...sample(2), outcome: 'failed' as const }];
    await writeLines(lines);
    expect(await readSeries(file)).toEqual({ lines, unreadable: 0 });
  });

  it('can be read while it is written: a line is there as soon as it was appended', async () => {
    const writer = new SeriesWriter(file);
    for (let second = 1; second <= 3; second += 1) {
      writer.append(sample(second));
      expect((await readSeries(file)).lines).toHaveLength(second);
    }
    await writer.close();
  });

  it('of a crashed run can be read to the last whole line, wherever it was cut', async () => {
    await writeLines([sample(1), sample(2), sample(3)]);
    const whole = await readFile(file);
    const third = whole.indexOf('\n', whole.indexOf('\n') + 1) + 1;
    for (let cut = third + 1; cut < whole.length - 1; cut += 7) {
      await writeFile(file, whole.subarray(0, cut));
      expect(await readSeries(file), `cut at ${cut}`).toEqual({ lines: [sample(1), sample(2)], unreadable: 1 });
    }
  });

  it('loses only the lines that are damaged, and counts them', async () => {
    await writeLines([sample(1)]);
    await appendFile(file, '{"kind":"sample","t":"noon"}\nnot json\n\n{"kind":"unknown","t":1}\n\u0000\u0000\n');
    const writer = new SeriesWriter(file);
    writer.append(sample(2));
    await writer.close();
    expect(await readSeries(file)).toEqual({ lines: [sample(1), sample(2)], unreadable: 4 });
  });

  it('that is not there has no lines', async () => {
    expect(await readSeries(join(folder, 'nothing'))).toEqual({ lines: [], unreadable: 0 });
  });

  it('that cannot be read is an error with its path, not an empty series', async () => {
    await expect(readSeries(folder)).rejects.toMatchObject({
      code: 'series-unreadable',
      message: expect.stringContaining(folder),
      exitCode: 2,
    });
  });

  it('takes no line after it was closed, and closes once', async () => {
    const writer = new SeriesWriter(file);
    writer.append(sample(1));
    expect(await writer.close()).toBeNull();
    writer.append(sample(2));
    expect(await writer.close()).toBeNull();
    expect((await readSeries(file)).lines).toEqual([sample(1)]);
  });

  // A device that is always full, where the system has one.
  it.runIf(process.platform === 'linux')(
    'on a full disk goes on without a throw and tells the first error',
    async () => {
      const writer = new SeriesWriter('/dev/full');
      writer.append(sample(1));
      writer.append(sample(2));
      expect(await writer.close()).toMatchObject({ code: 'ENOSPC' });
    },
  );
});
