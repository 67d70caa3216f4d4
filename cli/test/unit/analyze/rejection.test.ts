import { expect, it } from 'vitest';
import { rejection } from '../../../src/analyze/rejection.ts';
import { type BuiltAnswer, builtLoadSeries, exportBegin } from './built-seconds.ts';
import { spoken } from './spoken.ts';

function found(answers: (second: number) => readonly BuiltAnswer[], length = 60) {
  return spoken(rejection.analyze({ series: builtLoadSeries((second) => ({ answers: answers(second) }), { length }) }));
}

const of = (status: number, count: number, name = 'issue_coupon'): BuiltAnswer[] =>
  Array.from({ length: count }, () => ({ ms: 3, status, name }));

it('says when it was sold out, when the last one came, and how many were refused', () => {
  const finding = found((second) => [
    ...of(409, 2),
    ...(second <= 30 ? of(201, 10) : []),
    ...(second >= 30 ? of(410, 8) : []),
  ]);
  expect(finding).toMatchObject({
    outcome: 'ok',
    detail: {
      rule: 'sold-out',
      api: 'issue_coupon',
      soldOutAt: exportBegin(30),
      lastSuccessAt: exportBegin(31),
      refusedCount: 120,
      soldOutCount: 240,
      rejectedCount: 360,
    },
  });
  expect(finding.evidence).toMatchObject([
    { metric: 'http_reqs{status:409}', value: 120 },
    { metric: 'http_reqs{status:410}', value: 240, from: exportBegin(30) },
  ]);
});

it('takes the last success of the API that was sold out, not of another', () => {
  const finding = found((second) => [...of(201, 5, 'browse'), ...(second < 10 ? of(201, 10) : of(410, 10))]);
  expect(finding.detail).toMatchObject({ soldOutAt: exportBegin(10), lastSuccessAt: exportBegin(10) });
});

it('is no problem, whatever the share', () => {
  expect(found(() => of(410, 10))).toMatchObject({ outcome: 'ok', detail: { rule: 'never-sold' } });
  expect(found(() => of(409, 10))).toMatchObject({ outcome: 'ok', detail: { rule: 'refused', rejectedShare: 1 } });
});

it('counts system errors for none', () => {
  expect(found(() => [...of(201, 5), ...of(503, 5)])).toMatchObject({ outcome: 'ok', detail: { rule: 'none' } });
});

it('has nothing to count without a request', () => {
  for (const length of [0, 60]) {
    expect(found(() => [], length)).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'no-requests' } });
  }
});
