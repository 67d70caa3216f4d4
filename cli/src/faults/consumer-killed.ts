import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareKill } from './signalled-process.ts';

export const consumerKilled: Fault = {
  id: 'consumer-killed',
  failure: 'lag',
  about: 'the process worker is killed once',
  scenario: 'order',
  proxies: [],
  touches: 'processes',
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: (target) => prepareKill(target, 'worker'),
};
