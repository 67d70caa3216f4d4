import { describe, expect, it } from 'vitest';
import { goodSeconds } from '../../../src/assess/good-second.ts';
import type { LoadLine } from '../../../src/record/series.ts';
import { type BuiltAnswer, exportLine } from '../analyze/built-seconds.ts';

const line = (answers: readonly BuiltAnswer[], dropped = 0) => exportLine(1, { answers, dropped });

function only(lines: readonly LoadLine[], apis: readonly string[] = []) {
  const found = goodSeconds({ load: lines }, apis);
  const [second] = found.whole;
  if (second === undefined) throw new Error('a second');
  return { second, apis: found.apis };
}

describe('a second', () => {
  it('counts correct rejections as good, and errors, time-outs and dropped arrivals as bad', () => {
    const answers = [201, 409, 410, 503, 404, 0].map((status) => ({ ms: 5, status }));
    expect(only([line(answers, 4)]).second).toMatchObject({ offered: 10, good: 3, bad: 7, seconds: 1 });
  });

  it('counts an answer with the wrong content as bad, and one that failed as well only once', () => {
    const one = line([{ ms: 5 }, { ms: 5 }, { ms: 5, status: 503 }]);
    const wrong = (count: number) => ({
      ...one,
      counters: { ...one.counters, 'bad_answers.total{condition:nonzero,name:issue_coupon}': count },
    });
    expect(only([wrong(1)]).second).toMatchObject({ offered: 3, good: 1, bad: 2 });
    expect(only([wrong(3)]).second).toMatchObject({ offered: 3, good: 0, bad: 3 });
  });

  it('without an answer is there, and has no times', () => {
    expect(only([line([], 9)]).second).toMatchObject({ offered: 9, good: 0, bad: 9, p95Ms: null });
  });

  it('does not hold what k6 counted without tags against anybody', () => {
    expect(only([{ ...line([]), counters: { http_reqs: 7 } }]).second).toMatchObject({ offered: 7, good: 7 });
  });

  it('has the p95 of all of its answers together', () => {
    const answers = Array.from({ length: 100 }, (_, index) => ({ ms: index + 1, status: index < 50 ? 201 : 409 }));
    expect(only([line(answers)]).second.p95Ms).toBeCloseTo(95, -1);
  });
});

describe('the APIs of a second', () => {
  const mixed = [
    ...Array.from({ length: 60 }, () => ({ ms: 5, name: 'a' })),
    ...Array.from({ length: 20 }, () => ({ ms: 50, name: 'b', status: 503 })),
    { ms: 900, name: 'log_in' },
  ];

  it('stand apart, with their own times', () => {
    const { apis, second } = only([line(mixed)], ['a', 'b', 'never-called']);
    expect(second).toMatchObject({ offered: 81, good: 61 });
    expect(apis.get('a')?.[0]).toMatchObject({ offered: 60, good: 60, bad: 0 });
    expect(apis.get('b')?.[0]).toMatchObject({ offered: 20, good: 0, bad: 20 });
    expect(apis.get('a')?.[0]?.p95Ms).toBeCloseTo(5, 0);
    expect(apis.get('never-called')?.[0]).toMatchObject({ offered: 0, good: 0, bad: 0, p95Ms: null });
  });

  it('share what k6 could not start as they share its answers', () => {
    const { apis } = only([line(mixed, 8)], ['a', 'b']);
    expect(apis.get('a')?.[0]).toMatchObject({ offered: 66, bad: 6 });
    expect(apis.get('b')?.[0]).toMatchObject({ offered: 22, bad: 22 });
  });
});

it('several processes of k6 are one load', () => {
  const second = (instance: number) => exportLine(1, { answers: [{ ms: 5 }, { ms: 7 }] }, instance);
  expect(goodSeconds({ load: [second(0), second(1)] }, []).whole).toMatchObject([{ offered: 4, good: 4 }]);
});
