import { gapMs, rushEnv, rushFixture, rushRate } from './coupon-rush.ts';
import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareOverride } from './settings-override.ts';

const settings = { NAIVE_GAP_MS: String(gapMs) };

export const couponRaceLua: Fault = {
  id: 'coupon-race-lua',
  failure: 'lock',
  about: 'the same rush, while a script of Redis checks and takes in one step',
  scenario: 'coupon',
  proxies: [],
  set: { ISSUE_STRATEGY: 'lua' },
  env: rushEnv,
  fixture: rushFixture,
  rate: rushRate,
  holdMs: usualHoldMs,
  mitigates: 'coupon-race',
  mitigation: 'lua',
  prepare: (target, signal) => prepareOverride(target, settings, signal),
};
