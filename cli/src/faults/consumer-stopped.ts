import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareStop } from './signalled-process.ts';

export const consumerStopped: Fault = {
  id: 'consumer-stopped',
  failure: 'lag',
  about: 'the process worker stands still',
  scenario: 'order',
  proxies: [],
  touches: 'processes',
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: (target) => prepareStop(target, 'worker'),
};
