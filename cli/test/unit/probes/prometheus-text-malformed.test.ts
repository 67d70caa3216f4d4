import { createServer, type Server } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prometheusProbe } from '../../../src/probes/prometheus.ts';
import { parsePrometheusText } from '../../../src/probes/prometheus-text.ts';
import {
  anyName,
  damaged,
  everyExample,
  everyExampleInTurn,
  longTexts,
  nativeNames,
  numberText,
  speaking,
  valueOrOursLater,
} from '../malformed.ts';

const page = `# HELP http_requests_total The total.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
metric_without_timestamp_and_labels 12.47
something_weird{problem="division by zero"} +Inf -3982045
rpc_duration_seconds_bucket{le="0.05"} 24054
rpc_duration_seconds_sum 1.7560473e+07
# EOF
`;
const pages = fc.oneof(
  damaged(fc.constant(page)),
  fc
    .array(fc.tuple(anyName, anyName, fc.string(), numberText))
    .map((lines) => lines.map(([name, label, value, number]) => `${name}{${label}="${value}"} ${number}`).join('\n')),
);

test('every line that is no comment is a sample or is counted', () => {
  everyExample(pages, (text) => {
    const { samples, unreadable } = speaking(parsePrometheusText(text));
    const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
    expect(samples.length + unreadable).toBe(lines.length);
    for (const { value, labels } of samples) {
      expect(typeof value).toBe('number');
      for (const label of Object.values(labels)) expect(typeof label).toBe('string');
    }
  });
});

test('a metric and a label with the name of what every object has are what they are', () => {
  for (const name of nativeNames) {
    const { samples } = parsePrometheusText(`${name}{${name}="a"} 5`);
    expect(samples.map((one) => [one.name, Object.entries(one.labels), one.value])).toEqual([[name, [[name, 'a']], 5]]);
  }
});

test('a very long line is a sample or is counted', () => {
  for (const text of longTexts(['', 'a', 'a ', 'a{', 'a{b="', 'a{b="c"', 'a{b="c"} '])) parsePrometheusText(text);
  const long = 'x'.repeat(1_000_000);
  expect(parsePrometheusText(`a{b="${long}"} 5`).samples[0]?.labels.b).toBe(long);
  expect(parsePrometheusText('\\"'.repeat(500_000)).unreadable).toBe(1);
});

let server: Server;
let address = '';
let answer: string | Buffer = '';
beforeAll(async () => {
  server = createServer((_, response) => response.end(answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  address = typeof bound === 'object' && bound !== null ? `127.0.0.1:${bound.port}` : '';
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('a service that answers anything gives finite values or a reason', async () => {
  const probe = prometheusProbe({ process: 'api', url: `http://${address}/metrics` });
  const bytes = fc.uint8Array({ maxLength: 200 }).map((list) => Buffer.from(list));
  await everyExampleInTurn(
    fc.oneof(pages, bytes),
    async (given) => {
      answer = given;
      const values = await valueOrOursLater(() => probe.read(AbortSignal.timeout(5_000)));
      if (values instanceof Error) return;
      for (const value of Object.values(values)) expect(Number.isFinite(value)).toBe(true);
      for (const note of probe.notes()) expect(note).not.toBe('');
    },
    0.25,
  );
});

test('credentials that are no escaped text are sent as they stand', async () => {
  answer = 'up 1\n';
  const probe = prometheusProbe({ process: 'api', url: `http://us%er:pa%zz@${address}/metrics` });
  expect(await probe.read(AbortSignal.timeout(5_000))).toEqual({ 'up{process:api}': 1 });
});
