import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareOverride } from './settings-override.ts';

const settings = { FAILURE_PERCENT: '5' };

export const apiErrors: Fault = {
  id: 'api-errors',
  failure: 'surge',
  about: 'the process api answers one request in twenty with an error',
  scenario: 'coupon',
  proxies: [],
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: (target, signal) => prepareOverride(target, settings, signal),
};
