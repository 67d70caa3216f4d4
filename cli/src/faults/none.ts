import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';

/** The placebo: an alarm here says what an alarm elsewhere is worth. */
export const none: Fault = {
  id: 'none',
  failure: null,
  about: 'nothing is broken: every alarm is a false one',
  scenario: 'coupon',
  proxies: [],
  touches: 'stores',
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: async () => ({ undo: [], inject: async () => ({}) }),
};
