import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareToxics } from './proxy-toxics.ts';

const toxics = [{ type: 'latency', stream: 'downstream', attributes: { latency: 300 } }] as const;

export const redisLatency: Fault = {
  id: 'redis-latency',
  failure: 'lock',
  about: 'each answer of Redis comes 300 ms later',
  scenario: 'coupon',
  proxies: ['redis'],
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: (target, signal) => prepareToxics(target, 'redis', toxics, signal),
};
