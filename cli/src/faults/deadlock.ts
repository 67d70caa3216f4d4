import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { hotEnv, hotSettings } from './hot-products.ts';
import { prepareOverride } from './settings-override.ts';

const settings = { ORDER_LOCKING: 'request-order', ORDER_DEADLOCK_RETRIES: '0' };

export const deadlock: Fault = {
  id: 'deadlock',
  failure: 'deadlock',
  about: 'orders of five products lock them as each was asked for, and are not tried again',
  scenario: 'order',
  proxies: [],
  set: hotSettings,
  env: hotEnv,
  holdMs: usualHoldMs,
  prepare: (target, signal) => prepareOverride(target, settings, signal),
};
