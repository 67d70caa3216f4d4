import { expect, test } from 'vitest';
import { k6Environment } from '../../../src/load/k6-environment.ts';
import type { K6Tool } from '../../../src/system/tool.ts';

const k6: K6Tool = { version: '2.2.0', source: 'path', executable: { file: 'k6', env: {} } };

test("k6 collects its garbage less often than Go's own default, within half of the memory", () => {
  const { GOGC, GOMEMLIMIT } = k6Environment(k6, {});
  expect(Number(GOGC)).toBeGreaterThan(100);
  expect(GOMEMLIMIT).toMatch(/^[1-9]\d*$/);
});

test("what the caller set of Go's own stays", () => {
  expect(k6Environment(k6, { GOGC: '50', GOMEMLIMIT: '1GiB', PATH: '/bin' })).toMatchObject({
    GOGC: '50',
    GOMEMLIMIT: '1GiB',
    PATH: '/bin',
  });
});

test('no option of k6 or its exporter comes from the caller', () => {
  const given = { K6_VUS: '1', K6_THRESHOLDS: '{}', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://elsewhere' };
  expect(Object.keys(k6Environment(k6, given)).filter((name) => Object.hasOwn(given, name))).toEqual([]);
});
