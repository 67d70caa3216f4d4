import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareOverride } from './settings-override.ts';

const settings = { ACCRUAL_PAUSED: 'on' };

export const consumerPaused: Fault = {
  id: 'consumer-paused',
  failure: 'lag',
  about: 'the worker stays in its consumer group and fetches nothing',
  scenario: 'order',
  proxies: [],
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: (target, signal) => prepareOverride(target, settings, signal),
};
