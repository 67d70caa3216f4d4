import { describe, expect, it } from 'vitest';
import { decodeEntries } from '../../src/coupon/stream-entry.ts';
import { decodeMessages } from '../../src/points/accrual.ts';
import { pointsByUser } from '../../src/points/ledger.ts';
import { pointsFor } from '../../src/points/rate.ts';
import { newUuid } from '../../src/uuid.ts';

function entry(fields: Record<string, string>): string[] {
  return Object.entries(fields).flat();
}

function event(userId: number, amount: number) {
  return { eventId: newUuid(), orderId: newUuid(), userId, amount, occurredAt: '2026-01-01T00:00:00.000Z' };
}

describe('entries of the stream', () => {
  it('are decoded, and broken ones put aside with the reason', () => {
    const { coupons, broken } = decodeEntries([
      ['1-0', entry({ campaignId: '1', userId: '42', at: '1700000000000' })],
      ['2-0', entry({ campaignId: '1', userId: 'nobody', at: '1700000000000' })],
      ['3-0', entry({ campaignId: '1' })],
    ]);

    expect(coupons).toEqual([{ streamId: '1-0', campaignId: 1, userId: 42, at: new Date(1_700_000_000_000) }]);
    expect(broken.map(({ sourceId }) => sourceId)).toEqual(['2-0', '3-0']);
    expect(broken[0]?.reason).toContain('userId');
  });

  it('that were deleted while they were pending are neither', () => {
    expect(decodeEntries([['1-0', null]])).toEqual({ coupons: [], broken: [] });
  });
});

describe('messages of the topic', () => {
  it('are decoded, and broken ones put aside with their place', () => {
    const good = event(5, 12_345);
    const { events, broken } = decodeMessages(3, [
      { offset: '10', value: Buffer.from(JSON.stringify(good)) },
      { offset: '11', value: Buffer.from('{"eventId":') },
      { offset: '12', value: null },
      { offset: '13', value: Buffer.from(JSON.stringify({ ...good, amount: -1 })) },
    ]);

    expect(events).toEqual([good]);
    expect(broken.map(({ sourceId }) => sourceId)).toEqual(['3:11', '3:12', '3:13']);
  });
});

describe('points', () => {
  it('are one percent, rounded down for each order', () => {
    expect([0, 99, 100, 12_345].map(pointsFor)).toEqual([0, 0, 1, 123]);
  });

  it('are summed by user, users in the order of their ids', () => {
    expect(pointsByUser([event(9, 199), event(2, 1_000), event(9, 199)])).toEqual([
      [2, 10],
      [9, 2],
    ]);
  });
});

describe('an id', () => {
  it('is a UUID of version 7 that begins with its time', () => {
    const early = newUuid(1_700_000_000_000);

    expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(early.replace('-', '').slice(0, 12), 16)).toBe(1_700_000_000_000);
    expect(early < newUuid(1_700_000_000_001)).toBe(true);
    expect(new Set(Array.from({ length: 1_000 }, () => newUuid())).size).toBe(1_000);
  });
});
