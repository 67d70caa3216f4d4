import { expect, it } from 'vitest';
import { consistency } from '../../../src/analyze/consistency.ts';
import type { Invariant } from '../../../src/record/run-record.ts';
import { spoken } from './spoken.ts';

const held = { id: 'over-issue', outcome: 'held', violations: 0, evidence: { issued: 10 }, reason: null } as const;
const empty: Invariant = { ...held, id: 'order-lost', evidence: { orders: 0 } };
const violated: Invariant = { ...held, id: 'duplicate-issue', outcome: 'violated', violations: 3 };
const open: Invariant = { ...held, id: 'points-missing', outcome: 'undetermined', violations: null, reason: 'late' };

const found = (...invariants: Invariant[]) => spoken(consistency.analyze({ invariants }));

it('a violation is a problem, with each that was violated and its count', () => {
  const worse: Invariant = { ...violated, id: 'over-issue', violations: 40 };
  expect(found(held, violated, worse, open)).toMatchObject({
    outcome: 'problem',
    confidence: 'high',
    detail: { rule: 'violated', violated: 2, invariant: 'over-issue', violationsCount: 40 },
    evidence: [
      { metric: 'duplicate-issue', value: 3 },
      { metric: 'over-issue', value: 40 },
    ],
  });
});

it('what was checked and held is ok, beside what had nothing to check', () => {
  expect(found(held, empty)).toMatchObject({ outcome: 'ok', detail: { rule: 'held', held: 1, empty: 1 } });
});

it('nothing to check is not to have held', () => {
  expect(found(empty, empty)).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'nothing-to-check' } });
});

it('one that could not be determined is no consistency', () => {
  const detail = { rule: 'undetermined', invariant: 'points-missing', held: 1 };
  expect(found(held, open)).toMatchObject({ outcome: 'insufficient-data', detail });
});

it('none that was counted is no consistency', () => {
  expect(found()).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'not-run' } });
});
