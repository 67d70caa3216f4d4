import fc from 'fast-check';
import { expect, test } from 'vitest';
import { k6ThresholdResults } from '../../../src/judge/k6-threshold.ts';
import { decodeInspected } from '../../../src/load/inspected-options.ts';
import { parseK6Console } from '../../../src/load/k6-console.ts';
import { errorsInLog, lackingInLog, messagesInLog } from '../../../src/load/k6-log.ts';
import { parseK6Summary, thresholdsOf } from '../../../src/load/k6-summary.ts';
import { describeLoad } from '../../../src/load/load-model.ts';
import { decodeExtension, isOurs } from '../../../src/load/scenario-extension.ts';
import { foreignSystemTags, systemTags } from '../../../src/load/system-tags.ts';
import { loadSchema } from '../../../src/record/run-record.ts';
import { builtLoad } from '../judge/built-run.ts';
import {
  altered,
  anyJson,
  damaged,
  everyExample,
  longTexts,
  nativeNames,
  speaking,
  valueOrOurs,
} from '../malformed.ts';

const check = { name: 'is fine', path: '::is fine', id: 'a', passes: 3, fails: 1 };
const summary = {
  root_group: {
    ...{ path: '', groups: { cart: { path: '::cart', groups: {}, checks: {} } }, checks: { 'is fine': check } },
  },
  metrics: {
    http_req_duration: { avg: 5, 'p(95)': 9, count: 40, thresholds: { 'p(95)<300': false } },
    http_req_failed: { passes: 1, fails: 39, value: 0.025, thresholds: { 'rate<0.01': true } },
    http_reqs: { count: 40, rate: 10 },
  },
};
const options = {
  scenarios: {
    main: {
      ...{ executor: 'ramping-arrival-rate', startTime: '5s', startRate: 5, timeUnit: '1s', preAllocatedVUs: 10 },
      stages: [{ duration: '10s', target: 20 }],
    },
    other: { executor: 'constant-vus', vus: 3, duration: '1m0s' },
  },
  systemTags: ['status', 'name'],
  thresholds: { 'http_req_duration{name:a}': ['p(95)<300', { threshold: 'p(99)<500', abortOnFail: true }] },
  ext: { loadkit: { service: '../x', endpoints: { a: 'GET /a' }, thresholds: { mysql_deadlocks: ['count==0'] } } },
  totalDuration: '1m30s',
  maxVUs: 13,
};

/** What the record must be able to hold. */
function expectRecorded(text: string): void {
  const read = speaking(parseK6Summary(text, () => false));
  if (read === null) return;
  const thresholds = thresholdsOf(options, read);
  const load = builtLoad({ summary: read.metrics, checks: read.checks, thresholds });
  expect(loadSchema.safeParse(load).success).toBe(true);
  expect(loadSchema.safeParse(JSON.parse(JSON.stringify(load))).success).toBe(true);
  speaking(k6ThresholdResults(load));
}

test('a summary with one thing wrong is read as far as it is one, or not at all', () => {
  everyExample(fc.oneof(altered(summary), anyJson), (changed) => expectRecorded(JSON.stringify(changed)));
  everyExample(damaged(fc.constant(JSON.stringify(summary, null, 1))), expectRecorded);
});

test('a summary of groups in groups without end, or of numbers beyond all, has none of them', () => {
  const deep = `${'{"path":"","checks":{},"groups":{"a":'.repeat(20_000)}null${'}}'.repeat(20_000)}`;
  const read = parseK6Summary(`{"metrics":{"a":{"value":1e999,"count":2}},"root_group":${deep}}`, () => true);
  expect(read).toMatchObject({ metrics: { a: { count: 2 } }, checks: [] });
  for (const text of longTexts(['', '{"metrics":'])) expect(parseK6Summary(text, () => true)).toBeNull();
});

test('a metric, a threshold and a figure with the name of what every object has are k6’s or not there', () => {
  for (const name of nativeNames) {
    const empty = parseK6Summary('{"metrics":{},"root_group":null}', () => true);
    for (const inner of ['name', 'length', ...nativeNames]) {
      expect(thresholdsOf({ thresholds: { [name]: [inner] } }, empty)).toEqual(
        name === '__proto__' ? [] : [{ metric: name, expression: inner, held: null }],
      );
    }
    const thresholds = ['http_reqs', name].map((metric) => ({ metric, expression: `${name}<1`, held: true }));
    const [result] = k6ThresholdResults(builtLoad({ thresholds }));
    expect(result?.observed).toBeNull();
  }
});

test('options with one thing wrong are read or refused, and all that is made of them can be recorded', () => {
  everyExample(fc.oneof(altered(options), anyJson), (changed) => {
    const decoded = valueOrOurs(() => decodeInspected(JSON.stringify(changed), '2.2.0'));
    if (decoded instanceof Error) return;
    const { plannedMs, shape, model } = describeLoad(decoded.scenarios);
    expect(Number.isFinite(plannedMs) && plannedMs >= 0).toBe(true);
    expect(shape).not.toMatch(/NaN|undefined|Infinity|\[object/);
    expect(['closed', 'open', 'mixed']).toContain(model);
    for (const tags of [systemTags(decoded), foreignSystemTags(decoded)]) {
      expect(tags).toEqual([...new Set(tags)].sort());
    }
    speaking(thresholdsOf(decoded, null));
    if (isOurs(decoded.ext)) valueOrOurs(() => decodeExtension(decoded.ext, 'a.ts'));
  });
});

test('what k6 prints instead of options is refused, however long it is', () => {
  const texts = damaged(fc.constant(JSON.stringify(options)));
  everyExample(fc.oneof(texts, fc.string()), (text) => {
    valueOrOurs(() => decodeInspected(text, '2.2.0'));
  });
  for (const text of [...longTexts(), '', '['.repeat(500_000)]) {
    expect(valueOrOurs(() => decodeInspected(text, '2.2.0'))).toMatchObject({ code: 'k6-output' });
  }
});

test('options of a record that are none have no tags, thresholds or scenarios', () => {
  everyExample(fc.tuple(anyJson, anyJson, anyJson), ([scenarios, thresholds, tags]) => {
    const given = { scenarios, thresholds, systemTags: tags };
    speaking([describeLoad(scenarios), thresholdsOf(given, null), systemTags(given), foreignSystemTags(given)]);
  });
});

test('an extension of any form is decoded or refused with its place', () => {
  everyExample(fc.oneof(altered(options.ext), anyJson), (ext) => {
    const decoded = valueOrOurs(() => decodeExtension(ext, 'a.ts'));
    if (decoded instanceof Error) expect(decoded.message).toContain('a.ts');
  });
});

const progress = [
  '     execution: local',
  'running (0m01.0s), 5/5 VUs, 95 complete and 0 interrupted iterations',
  'main   [  25% ] 5 VUs  1.0s/4s',
  '\u001b[32mmain ✓ [ 100% ]\u001b[0m 5 VUs  4s',
  'level=warning error="dial: IP (10.0.0.1) is in a blacklisted range (0.0.0.0/1)"',
].join('\n');

test('a console of anything has a tail, and a count of iterations that a record can hold or none', () => {
  everyExample(fc.oneof(damaged(fc.constant(progress)), fc.string()), (text) => {
    const { tail, iterations, refused } = speaking(parseK6Console(text));
    expect(tail.length).toBeLessThanOrEqual(60);
    expect(refused.length).toBeLessThanOrEqual(10);
    for (const count of Object.values(iterations ?? {})) expect(Number.isSafeInteger(count)).toBe(true);
  });
  const many = '9'.repeat(400);
  expect(parseK6Console(`${many} complete and 0 interrupted iterations`).iterations).toBeNull();
});

const log = [
  '{"level":"error","msg":"the script is broken","time":"x"}',
  '{"level":"warning","msg":"Failed to provision a k6 binary","deps":{"k6/x/sql":"*","k6":null}}',
  'panic: out of memory',
].join('\n');

test('a log of anything has messages', () => {
  const lines = fc
    .array(altered(JSON.parse(log.split('\n')[1] ?? '')))
    .map((list) => list.map((one) => JSON.stringify(one)).join('\n'));
  everyExample(fc.oneof(damaged(fc.constant(log)), lines), (text) => {
    speaking([errorsInLog(text), messagesInLog(text), lackingInLog(text)]);
  });
});

test('a very long console and a very long log are read', () => {
  for (const text of longTexts(['', 'main ['], ['x'])) {
    parseK6Console(text);
    for (const read of [errorsInLog, messagesInLog, lackingInLog]) read(text);
  }
});
