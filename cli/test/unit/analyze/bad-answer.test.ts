import { expect, it } from 'vitest';
import { badAnswer } from '../../../src/analyze/bad-answer.ts';
import type { LoadLine } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { loadStart } from '../judge/built-run.ts';
import { spoken } from './spoken.ts';

/** One export a second. */
function found(exports: readonly LoadLine['counters'][]) {
  const lines = exports.map((counters, second) => {
    const times = { from: loadStart + second * 1_000, t: loadStart + (second + 1) * 1_000 };
    return { kind: 'load' as const, ...times, instance: 0, counters, gauges: {}, histograms: {} };
  });
  return spoken(badAnswer.analyze({ series: indexSeries(lines) }));
}

const right = 'bad_answers.total{condition:zero,name:create_order,status:201}';
const wrong = (name: string, status: number) => `bad_answers.total{condition:nonzero,name:${name},status:${status}}`;

it('shows answers of a right status and a wrong content by API and status, the most first', () => {
  const finding = found([
    { [right]: 50 },
    { [right]: 45, [wrong('create_order', 200)]: 3 },
    { [right]: 46, [wrong('create_order', 200)]: 4, [wrong('issue_coupon', 409)]: 2 },
  ]);
  expect(finding).toMatchObject({
    outcome: 'problem',
    confidence: 'high',
    detail: { rule: 'found', badCount: 9, badShare: 9 / 150, code: '200', mostCount: 7, firstAt: loadStart + 1_000 },
  });
  expect(finding.evidence).toMatchObject([
    { metric: 'bad_answers{name:create_order,status:200}', value: 7, to: loadStart + 3_000 },
    { metric: 'bad_answers{name:issue_coupon,status:409}', value: 2 },
  ]);
});

it('says how many were checked where none was wrong', () => {
  expect(found([{ [right]: 50 }, { [right]: 60 }])).toMatchObject({
    outcome: 'ok',
    detail: { rule: 'none', requestsCount: 110 },
  });
});

it('does not take a script that checks no content for one whose answers were right', () => {
  expect(found([{ 'http_reqs{name:create_order,status:200}': 50 }])).toMatchObject({
    outcome: 'insufficient-data',
    detail: { rule: 'not-checked' },
  });
});
