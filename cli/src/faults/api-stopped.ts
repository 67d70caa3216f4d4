import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareStop } from './signalled-process.ts';

export const apiStopped: Fault = {
  id: 'api-stopped',
  failure: 'surge',
  about: 'the process api stands still, as in an endless collection of garbage',
  scenario: 'coupon',
  proxies: [],
  touches: 'processes',
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: (target) => prepareStop(target, 'api'),
};
