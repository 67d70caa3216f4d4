import { expect, it } from 'vitest';
import { lockExpiry } from '../../../src/analyze/lock-expiry.ts';
import { type Curve, loadStart } from '../judge/built-run.ts';
import { flat, serverInput, shortLoad } from './server-input.ts';
import { spoken } from './spoken.ts';

const ttl = 'redis_lock_ttl_ms{key:coupon%3Alock}';
const found = (curve: Curve, changes = {}) => spoken(lockExpiry.analyze(serverInput({ [ttl]: curve }, changes)));

it('a lock that never expires speaks, though it was seen only once and among others', () => {
  const once: Curve = (second) => (second === 7 ? -1 : second % 2 === 0 ? 1_999 : undefined);
  expect(found(once)).toMatchObject({
    outcome: 'problem',
    confidence: 'high',
    detail: { rule: 'never-expires', lock: 'coupon:lock', endless: 1, seen: 32, firstAt: loadStart + 7_000 },
  });
  expect(found(flat(-1), shortLoad(3)).outcome).toBe('problem');
});

it('locks that expire are fine, even at their last millisecond', () => {
  expect(found((second) => (second % 3 === 0 ? 1_999 : second % 3 === 1 ? 0 : undefined))).toMatchObject({
    outcome: 'ok',
    detail: { longestMs: 1_999 },
  });
});

it('a lock that was never seen, or only outside of the load, is not known', () => {
  expect(found(() => undefined)).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'never-seen' } });
  expect(found((second) => (second < 0 ? -1 : null)).outcome).toBe('insufficient-data');
  expect(spoken(lockExpiry.analyze(serverInput({}))).outcome).toBe('insufficient-data');
});
