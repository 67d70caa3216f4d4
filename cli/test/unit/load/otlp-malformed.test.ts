import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadTally } from '../../../src/load/load-tally.ts';
import { decodeExport } from '../../../src/load/otlp-decode.ts';
import { startOtlpReceiver } from '../../../src/load/otlp-receiver.ts';
import { exportRequestType } from '../../../src/load/otlp-schema.ts';
import { createSeriesCap } from '../../../src/load/series-cap.ts';
import { type LoadLine, loadLineSchema } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { histogramMean, histogramQuantile, mergeHistograms } from '../../../src/stats/histogram.ts';
import { anyName, anyNumber, everyExample, everyExampleInTurn, nativeNames, valueOrOurs } from '../malformed.ts';

const second = 1_800_000_000_000;
const smallCount = fc.nat(50);
const attributes = fc.array(
  fc.record({
    key: anyName,
    value: fc.oneof(fc.record({ stringValue: anyName }), fc.record({ doubleValue: anyNumber })),
  }),
  { maxLength: 4 },
);
const times = fc.oneof(
  fc.constant({ startTimeUnixNano: (second - 1_000) * 1e6, timeUnixNano: second * 1e6 }),
  fc.record({ startTimeUnixNano: fc.nat(), timeUnixNano: fc.nat() }),
);
const numberPoints = fc.array(
  fc.tuple(times, fc.record({ attributes, asDouble: anyNumber })).map(([at, point]) => ({ ...at, ...point })),
  { maxLength: 3 },
);
const buckets = fc.record({
  offset: fc.oneof(fc.integer({ min: -200, max: 200 }), fc.integer()),
  bucketCounts: fc.array(smallCount, { maxLength: 8 }),
});
const histogramPoints = fc.array(
  fc
    .tuple(
      times,
      fc.record({
        attributes,
        count: smallCount,
        sum: anyNumber,
        scale: fc.oneof(fc.integer({ min: -10, max: 20 }), fc.integer()),
        zeroCount: smallCount,
        min: anyNumber,
        max: anyNumber,
        positive: buckets,
        negative: buckets,
      }),
    )
    .map(([at, point]) => ({ ...at, ...point })),
  { maxLength: 3 },
);
const temporality = fc.constantFrom(1, 1, 1, 2);
const metrics = fc.array(
  fc.oneof(
    fc.record({ name: anyName, unit: anyName, gauge: fc.record({ dataPoints: numberPoints }) }),
    fc.record({
      name: anyName,
      sum: fc.record({ aggregationTemporality: temporality, dataPoints: numberPoints }),
    }),
    fc.record({
      name: anyName,
      exponentialHistogram: fc.record({ aggregationTemporality: temporality, dataPoints: histogramPoints }),
    }),
  ),
  { maxLength: 4 },
);

function exported(list: readonly object[], instance = '0'): Buffer {
  const resource = { attributes: [{ key: 'loadkit.instance', value: { stringValue: instance } }] };
  const message = exportRequestType.fromObject({
    resourceMetrics: [{ resource, scopeMetrics: [{ metrics: list }] }],
  });
  return Buffer.from(exportRequestType.encode(message).finish());
}

const exports = metrics.map((list) => exported(list));

/** What a reader of the series must be able to rely on. */
function expectSound(line: LoadLine): void {
  expect(loadLineSchema.safeParse(line).success).toBe(true);
  expect(loadLineSchema.safeParse(JSON.parse(JSON.stringify(line))).success).toBe(true);
  expect(line.from).toBeLessThanOrEqual(line.t);
  for (const histogram of Object.values(line.histograms)) {
    const merged = mergeHistograms([histogram, histogram]);
    for (const q of [0, 0.5, 0.99, 1]) {
      const value = histogramQuantile(merged, q);
      expect(value === null || Number.isFinite(value)).toBe(true);
    }
    expect(histogramMean(merged)).not.toBeNaN();
  }
}

test('an export with any names, tags, values and times becomes a line that can be read back, or is refused', () => {
  everyExample(exports, (body) => {
    const decoded = valueOrOurs(() => decodeExport(body));
    if (decoded === null || decoded instanceof Error) return;
    expectSound(decoded.line);
    expectSound(createSeriesCap().bound(decoded.line));
  });
});

test('an export that is cut off, or of which one byte differs, is read or refused', () => {
  const damagedExports = fc.tuple(exports, fc.nat(), fc.nat(255), fc.boolean()).map(([body, at, byte, isCut]) => {
    if (body.length === 0 || isCut) return body.subarray(0, at % (body.length + 1));
    const changed = Buffer.from(body);
    changed[at % body.length] = byte;
    return changed;
  });
  everyExample(fc.oneof(damagedExports, fc.uint8Array({ maxLength: 64 })), (body) => {
    const decoded = valueOrOurs(() => decodeExport(body));
    if (decoded !== null && !(decoded instanceof Error)) expectSound(decoded.line);
  });
});

test('a metric with the name of what every object has counts like any other', () => {
  const point = { startTimeUnixNano: (second - 1_000) * 1e6, timeUnixNano: second * 1e6, asDouble: 2 };
  for (const name of nativeNames) {
    const twice = [point, point].map((one) => ({ ...one, attributes: [] }));
    const decoded = decodeExport(
      exported([
        { name, unit: 'ms', sum: { aggregationTemporality: 1, dataPoints: twice } },
        { name: `${name}_now`, gauge: { dataPoints: twice } },
      ]),
    );
    expect(Object.entries(decoded?.line.counters ?? {})).toEqual([[name, 4]]);
    expect(Object.entries(decoded?.units ?? {})).toEqual([[name, 'ms']]);
  }
});

test('two points of one histogram in one export are both counted', () => {
  const point = {
    ...{ startTimeUnixNano: (second - 1_000) * 1e6, timeUnixNano: second * 1e6 },
    ...{ count: 2, sum: 3, scale: 0, zeroCount: 0, min: 1, max: 2, positive: { offset: 0, bucketCounts: [2] } },
  };
  const dataPoints = [point, point];
  const decoded = decodeExport(
    exported([{ name: 'waiting', exponentialHistogram: { aggregationTemporality: 1, dataPoints } }]),
  );
  expect(decoded?.line.histograms.waiting).toMatchObject({ count: 4, sum: 6 });
});

test('groups in groups without end are refused, not followed', () => {
  const startOfGroup = 0x0b;
  expect(valueOrOurs(() => decodeExport(Buffer.alloc(1_000_000, startOfGroup)))).toBeInstanceOf(Error);
});

test('an instance that is no number is the first', () => {
  for (const instance of ['9'.repeat(400), 'NaN', '', '-', '1e400', '__proto__']) {
    const points = [{ startTimeUnixNano: 1, timeUnixNano: second * 1e6, asDouble: 1 }];
    const body = exported([{ name: 'vus', gauge: { dataPoints: points } }], instance);
    const decoded = decodeExport(body);
    expect(loadLineSchema.safeParse(decoded?.line).success).toBe(true);
  }
});

/** The requests of one second of k6. */
function requestsOf(second_: number, value: number): Buffer {
  const at = { startTimeUnixNano: (second_ - 1_000) * 1e6, timeUnixNano: second_ * 1e6 };
  return exported([
    { name: 'http_reqs', sum: { aggregationTemporality: 1, dataPoints: [{ ...at, asDouble: value }] } },
  ]);
}

const oneLoad = fc
  .array(fc.nat(1_000), { minLength: 1, maxLength: 12 })
  .map((values) => values.map((value, index) => ({ value, body: requestsOf(second + index * 1_000, value) })));
/** Each export once, some a second time, in any order. */
const sentLoad = oneLoad.chain((load) =>
  fc.tuple(fc.constant(load), fc.shuffledSubarray([...load, ...load, ...load], { minLength: 3 * load.length })),
);

function send(endpoint: string, body: Buffer, headers: Record<string, string> = {}): Promise<number> {
  const [host, port] = endpoint.split(':');
  return new Promise((resolve, reject) => {
    request({ host, port, path: '/v1/metrics', method: 'POST', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end(body);
  });
}

test('exports that come again and in another order add up to the same requests', async () => {
  await everyExampleInTurn(
    sentLoad,
    async ([load, sent]) => {
      const lines: LoadLine[] = [];
      const receiver = await startOtlpReceiver((line) => lines.push(line));
      for (const [index, { body }] of sent.entries()) {
        const [wire, headers] = index % 2 === 0 ? [body, {}] : [gzipSync(body), { 'content-encoding': 'gzip' }];
        expect(await send(receiver.endpoint, wire, headers)).toBe(200);
      }
      await receiver.close();
      const tally = loadTally();
      for (const line of lines) tally.add(line);
      expect(tally.requests()).toBe(load.reduce((sum, { value }) => sum + value, 0));
      expect(indexSeries(lines).load.map(({ t }) => t)).toEqual(load.map((_, index) => second + index * 1_000));
    },
    0.1,
  );
});

test('an export that k6 repeats long after it was lost counts once', async () => {
  const lines: LoadLine[] = [];
  const receiver = await startOtlpReceiver((line) => lines.push(line));
  const first = requestsOf(second, 7);
  await send(receiver.endpoint, first);
  for (let index = 1; index < 300; index += 1) await send(receiver.endpoint, requestsOf(second + index * 1_000, 1));
  await send(receiver.endpoint, first);
  await receiver.close();
  expect(lines).toHaveLength(300);
});

test('what is no export is refused, and the next one is taken', async () => {
  const lines: LoadLine[] = [];
  const receiver = await startOtlpReceiver((line) => lines.push(line));
  await everyExampleInTurn(
    fc.tuple(fc.uint8Array({ maxLength: 64 }), fc.constantFrom(undefined, 'gzip', 'identity', 'br', '__proto__')),
    async ([bytes, encoding]) => {
      const status = await send(
        receiver.endpoint,
        Buffer.from(bytes),
        encoding === undefined ? {} : { 'content-encoding': encoding },
      );
      expect([200, 400]).toContain(status);
    },
    0.25,
  );
  const before = lines.length;
  expect(await send(receiver.endpoint, requestsOf(second, 7))).toBe(200);
  expect(lines).toHaveLength(before + 1);
  await receiver.close();
});
