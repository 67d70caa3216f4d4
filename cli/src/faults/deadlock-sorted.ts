import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { hotEnv, hotSettings } from './hot-products.ts';
import { prepareOverride } from './settings-override.ts';

const settings = { ORDER_DEADLOCK_RETRIES: '0' };

export const deadlockSorted: Fault = {
  id: 'deadlock-sorted',
  failure: 'deadlock',
  about: 'orders of five products lock them in one order, and are not tried again',
  scenario: 'order',
  proxies: [],
  set: hotSettings,
  env: hotEnv,
  holdMs: usualHoldMs,
  mitigates: 'deadlock',
  mitigation: 'sorted-locks',
  prepare: (target, signal) => prepareOverride(target, settings, signal),
};
