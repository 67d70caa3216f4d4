import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { hotEnv, hotSettings } from './hot-products.ts';
import { prepareOverride } from './settings-override.ts';

const settings = { ORDER_LOCKING: 'request-order', ORDER_DEADLOCK_RETRIES: '3' };

export const deadlockRetried: Fault = {
  id: 'deadlock-retried',
  failure: 'deadlock',
  about: 'orders of five products lock them as each was asked for, and are tried again three times',
  scenario: 'order',
  proxies: [],
  set: hotSettings,
  env: hotEnv,
  holdMs: usualHoldMs,
  mitigates: 'deadlock',
  mitigation: 'retry',
  prepare: (target, signal) => prepareOverride(target, settings, signal),
};
