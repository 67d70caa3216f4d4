import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareKill } from './signalled-process.ts';

export const redisKilledUnpersisted: Fault = {
  id: 'redis-killed-unpersisted',
  failure: 'lock',
  about: 'Redis without persistence is killed and comes back empty',
  scenario: 'coupon',
  proxies: [],
  restarts: ['redis'],
  redisPersistence: false,
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: (target) => prepareKill(target, 'redis'),
};
