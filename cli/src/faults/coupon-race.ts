import { gapMs, rushEnv, rushFixture, rushRate } from './coupon-rush.ts';
import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareOverride } from './settings-override.ts';

const settings = { ISSUE_STRATEGY: 'naive', NAIVE_GAP_MS: String(gapMs) };

export const couponRace: Fault = {
  id: 'coupon-race',
  failure: 'lock',
  about: 'coupons are checked first and taken later, while many click twice and the last ones go',
  scenario: 'coupon',
  proxies: [],
  set: { ISSUE_STRATEGY: 'lua' },
  env: rushEnv,
  fixture: rushFixture,
  rate: rushRate,
  holdMs: usualHoldMs,
  prepare: (target, signal) => prepareOverride(target, settings, signal),
};
