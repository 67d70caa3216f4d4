import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from '../../../src/load/otlp-receiver.ts';
import { exportRequestType } from '../../../src/load/otlp-schema.ts';
import { type LoadLine, loadLineSchema } from '../../../src/record/series.ts';

let receiver: OtlpReceiver;
let lines: LoadLine[];

beforeEach(async () => {
  lines = [];
  receiver = await startOtlpReceiver((line) => lines.push(line));
});
afterEach(() => receiver.close());

const second = 1_800_000_000_000;

function attributes(tags: Record<string, string>) {
  return Object.entries(tags).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

function times(from: number, to: number) {
  return { startTimeUnixNano: from * 1e6, timeUnixNano: to * 1e6 };
}

function exported(metrics: readonly object[]): Buffer {
  const message = exportRequestType.fromObject({
    resourceMetrics: [
      { resource: { attributes: attributes({ 'loadkit.instance': '3' }) }, scopeMetrics: [{ metrics }] },
    ],
  });
  return Buffer.from(exportRequestType.encode(message).finish());
}

function requests(value: number, t = second, aggregationTemporality = 1): Buffer {
  const dataPoints = [{ ...times(t - 1_000, t), asDouble: value, attributes: attributes({ name: 'a' }) }];
  return exported([{ name: 'http_reqs', sum: { aggregationTemporality, dataPoints } }]);
}

function send(body: Buffer, headers: Record<string, string> = {}, path = '/v1/metrics'): Promise<number> {
  const [host, port] = receiver.endpoint.split(':');
  return new Promise((resolve, reject) => {
    request({ host, port, path, method: 'POST', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end(body);
  });
}

test('an export becomes a line with k6’s names, tags and times', async () => {
  const status = await send(
    exported([
      {
        name: 'http_req_failed.total',
        sum: {
          aggregationTemporality: 1,
          dataPoints: [
            { ...times(second - 1_000, second), asInt: 4, attributes: attributes({ condition: 'zero', name: 'a' }) },
          ],
        },
      },
      { name: 'vus', gauge: { dataPoints: [{ ...times(second - 9_000, second + 1), asDouble: 5 }] } },
      {
        name: 'http_req_duration',
        exponentialHistogram: {
          aggregationTemporality: 1,
          dataPoints: [
            {
              ...times(second - 1_000, second),
              attributes: attributes({ name: 'a' }),
              ...{ count: 4, sum: 9.5, scale: 3, zeroCount: 1, min: -1, max: 5 },
              positive: { offset: -4, bucketCounts: [1, 0] },
              negative: { offset: 0, bucketCounts: [1, 1] },
            },
          ],
        },
      },
    ]),
  );

  expect(status).toBe(200);
  expect(lines).toEqual([
    {
      kind: 'load',
      t: second + 1,
      from: second - 1_000,
      instance: 3,
      counters: { 'http_req_failed.total{condition:zero,name:a}': 4 },
      gauges: { vus: 5 },
      histograms: {
        'http_req_duration{name:a}': {
          ...{ scale: 3, offset: -4, counts: [1, 0], zeroCount: 3, count: 4, sum: 9.5, min: -1, max: 5 },
        },
      },
    },
  ]);
  expect(loadLineSchema.parse(lines[0])).toEqual(lines[0]);
});

test('the units that k6 gives are kept, by metric', async () => {
  const dataPoints = [{ ...times(second - 1_000, second), asDouble: 5 }];
  await send(
    exported([
      { name: 'waiting', unit: 'ms', gauge: { dataPoints } },
      { name: 'queue', gauge: { dataPoints } },
    ]),
  );
  expect(receiver.units()).toEqual({ waiting: 'ms' });
});

test('a value that is no finite number is left out and counted, and the rest of its export stays', async () => {
  const at = times(second - 1_000, second);
  const histogram = { ...at, count: 1, sum: Number.POSITIVE_INFINITY, scale: 0, min: 1, max: Number.POSITIVE_INFINITY };
  await send(
    exported([
      { name: 'level', gauge: { dataPoints: [{ ...at, asDouble: Number.POSITIVE_INFINITY }] } },
      { name: 'sum', sum: { aggregationTemporality: 1, dataPoints: [{ ...at, asDouble: Number.NaN }] } },
      { name: 'trend', exponentialHistogram: { aggregationTemporality: 1, dataPoints: [histogram] } },
      { name: 'http_reqs', sum: { aggregationTemporality: 1, dataPoints: [{ ...at, asDouble: 3 }] } },
    ]),
  );
  expect(receiver.rejectedExports()).toBe(0);
  expect(receiver.notFinite()).toBe(3);
  expect(lines[0]).toMatchObject({ counters: { http_reqs: 3 }, gauges: {}, histograms: {} });
  expect(loadLineSchema.parse(lines[0])).toEqual(lines[0]);
});

test('a gzipped export is read', async () => {
  expect(await send(gzipSync(requests(7)), { 'content-encoding': 'gzip' })).toBe(200);
  expect(lines[0]?.counters).toEqual({ 'http_reqs{name:a}': 7 });
});

test('an export that k6 sends a second time counts once', async () => {
  await send(requests(7));
  await send(requests(7));
  await send(requests(7, second + 1_000));
  expect(lines).toHaveLength(2);
});

test('an export without points makes no line', async () => {
  expect(await send(exported([]))).toBe(200);
  expect(lines).toEqual([]);
  expect(receiver.rejectedExports()).toBe(0);
});

test.each([
  ['no protobuf', Buffer.from('<html>'), {}],
  ['cut off', requests(7).subarray(0, -3), {}],
  ['cumulative', requests(7, second, 2), {}],
  ['fixed buckets', exported([{ name: 'http_req_duration', histogram: {} }]), {}],
  ['broken gzip', Buffer.from('not gzip'), { 'content-encoding': 'gzip' }],
  ['an unknown encoding', requests(7), { 'content-encoding': 'zstd' }],
  ['a gzip bomb', gzipSync(Buffer.alloc(40 * 1024 * 1024)), { 'content-encoding': 'gzip' }],
])('what cannot be decoded is refused and counted, and the next one is taken: %s', async (_, body, headers) => {
  expect(await send(body, headers)).toBe(400);
  expect(receiver.rejectedExports()).toBe(1);
  expect(await send(requests(2))).toBe(200);
  expect(lines).toHaveLength(1);
});

test('a body that is too large is refused and counted', async () => {
  expect(await send(Buffer.alloc(33 * 1024 * 1024))).toBe(413);
  expect(receiver.rejectedExports()).toBe(1);
});

test('nothing else is served, and it listens on loopback', async () => {
  expect(await send(requests(7), {}, '/')).toBe(404);
  expect(receiver.endpoint).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(lines).toEqual([]);
});
