import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareKill } from './signalled-process.ts';

export const apiKilled: Fault = {
  id: 'api-killed',
  failure: 'surge',
  about: 'the process api is killed once, as by the system when memory runs out',
  scenario: 'coupon',
  proxies: [],
  touches: 'processes',
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: (target) => prepareKill(target, 'api'),
};
