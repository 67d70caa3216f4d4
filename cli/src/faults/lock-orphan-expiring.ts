import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { lockedRate, prepareOrphanedLock } from './orphaned-lock.ts';

/** The service's default, named because the fault has to leave the lock just as a holder would. */
const ttlMs = 2_000;

export const lockOrphanExpiring: Fault = {
  id: 'lock-orphan-expiring',
  failure: 'lock',
  about: "the holder of a campaign's lock dies, and its lock ends by its expiry",
  scenario: 'coupon',
  proxies: [],
  touches: 'stores',
  set: { ISSUE_STRATEGY: 'lock', LOCK_TTL_MS: String(ttlMs) },
  env: {},
  rate: lockedRate,
  holdMs: usualHoldMs,
  mitigates: 'lock-orphan',
  mitigation: 'lock-timeout',
  prepare: (target, signal) => prepareOrphanedLock(target, ttlMs, signal),
};
