import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { lockedRate, prepareOrphanedLock } from './orphaned-lock.ts';

export const lockOrphan: Fault = {
  id: 'lock-orphan',
  failure: 'lock',
  about: "the holder of a campaign's lock dies, and its lock has no expiry",
  scenario: 'coupon',
  proxies: [],
  touches: 'stores',
  set: { ISSUE_STRATEGY: 'lock-no-expiry' },
  env: {},
  rate: lockedRate,
  holdMs: usualHoldMs,
  prepare: (target, signal) => prepareOrphanedLock(target, null, signal),
};
