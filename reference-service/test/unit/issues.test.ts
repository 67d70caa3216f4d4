import { describe, expect, it } from 'vitest';
import { settleIssues } from '../../src/reconciliation/issues.ts';

const at = new Date(1_700_000_000_000);
const entry = (userId: number, streamId: string) => ({ userId, at, streamId });
const row = (userId: number) => ({ userId, at, streamId: undefined });
const users = (issues: readonly { userId: number }[]) => issues.map(({ userId }) => userId);

describe('coupons that were given out', () => {
  it('all hold when there were enough and nobody has two', () => {
    const entries = [entry(1, '1-0'), entry(2, '2-0')];

    expect(settleIssues(entries, [row(1), row(2)], 2)).toEqual({ kept: entries, surplus: [] });
  });

  it('hold for the first ones, up to the stock', () => {
    const entries = [entry(3, '1-0'), entry(1, '2-0'), entry(2, '3-0')];

    const { kept, surplus } = settleIssues(entries, [row(1), row(2), row(3)], 2);

    expect([users(kept), users(surplus)]).toEqual([[3, 1], [2]]);
  });

  it('hold once for each user, so that the next one may have the other', () => {
    const entries = [entry(1, '1-0'), entry(1, '2-0'), entry(2, '3-0')];

    const { kept, surplus } = settleIssues(entries, [row(1), row(2)], 2);

    expect(kept).toEqual([entries[0], entries[2]]);
    expect(surplus).toEqual([entries[1]]);
  });

  it('hold before all others when only the table knows of them', () => {
    const { kept, surplus } = settleIssues([entry(5, '1-0'), entry(6, '2-0')], [row(9), row(5)], 2);

    expect([users(kept), users(surplus)]).toEqual([[9, 5], [6]]);
  });
});
