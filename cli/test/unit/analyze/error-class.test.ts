import { expect, it } from 'vitest';
import { errorClass } from '../../../src/analyze/error-class.ts';
import type { LoadLine } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { loadStart } from '../judge/built-run.ts';
import { type BuiltAnswer, builtLoadSeries, exportBegin, usual } from './built-seconds.ts';
import { spoken } from './spoken.ts';

function found(answers: (second: number) => readonly BuiltAnswer[], length = 60) {
  return spoken(
    errorClass.analyze({ series: builtLoadSeries((second) => ({ answers: answers(second) }), { length }) }),
  );
}

function counted(counters: LoadLine['counters']) {
  const times = { t: loadStart + 1_000, from: loadStart };
  const series = indexSeries([{ kind: 'load', ...times, instance: 0, counters, gauges: {}, histograms: {} }]);
  return spoken(errorClass.analyze({ series }));
}

const failing = (status: number, errorCode: string): BuiltAnswer => ({ ms: 3, status, errorCode });

it('shows each class with its count and its first second, the largest first', () => {
  const finding = found((second) => [
    ...usual(second),
    ...(second >= 20 ? [failing(503, '1503')] : []),
    ...(second === 40 ? [failing(0, '1050')] : []),
  ]);
  expect(finding).toMatchObject({
    outcome: 'problem',
    confidence: 'high',
    detail: { rule: 'server-error', code: '503', failedCount: 41, mostCount: 40, classes: 2, firstAt: exportBegin(20) },
  });
  expect(finding.evidence).toMatchObject([
    { metric: 'http_reqs{status:503}', value: 40, from: exportBegin(20) },
    { metric: 'http_reqs{error_code:1050}', value: 1, from: exportBegin(40), to: exportBegin(41) },
  ]);
});

it.each([
  ['server-error', 500, '1500'],
  ['unexpected-answer', 404, '1404'],
  ['timeout', 0, '1050'],
  ['timeout', 0, '1211'],
  ['connection', 0, '1212'],
  ['connection', 0, '1101'],
  ['address-refused', 0, '1110'],
  ['no-answer', 0, '1000'],
])('a failure of the kind %s (%s, %s) has its words', (rule, status, code) => {
  expect(found(() => [failing(status, code)])).toMatchObject({ outcome: 'problem', detail: { rule } });
});

it('correct rejections are no errors', () => {
  const refused = [409, 410].map((status) => ({ ms: 1, status }));
  expect(found(() => refused)).toMatchObject({ outcome: 'ok', detail: { rule: 'none', requestsCount: 120 } });
});

it('requests that k6 could not tell apart any more are no errors for that', () => {
  expect(counted({ http_reqs: 500 })).toMatchObject({ outcome: 'ok' });
  expect(counted({ 'http_reqs{status:500}': 5 })).toMatchObject({ outcome: 'problem' });
});

it('counts nothing without a request, nor what is no number', () => {
  expect(found(() => [], 0)).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'no-requests' } });
  expect(counted({ 'http_reqs{status:500}': Number.NaN })).toMatchObject({ outcome: 'insufficient-data' });
});

it('errors that come at an even rate do not look like those of overload', () => {
  const { ruledOut } = found((second) => [...usual(second), ...(second % 3 === 0 ? [failing(500, '1500')] : [])]);
  expect(ruledOut).toMatchObject([{ id: 'uneven-errors' }]);
});

it.each([
  ['that come together', (second: number) => second >= 30 && second < 50],
  ['that are too few to tell', (second: number) => second % 6 === 0],
])('of errors %s nothing is ruled out', (_what, fails) => {
  const { ruledOut } = found((second) => [...usual(second), ...(fails(second) ? [failing(500, '1500')] : [])]);
  expect(ruledOut).toEqual([]);
});
