import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareKill } from './signalled-process.ts';

export const redisKilled: Fault = {
  id: 'redis-killed',
  failure: 'lock',
  about: 'Redis is killed and comes back with what it had written to disk',
  scenario: 'coupon',
  proxies: [],
  restarts: ['redis'],
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: (target) => prepareKill(target, 'redis'),
};
