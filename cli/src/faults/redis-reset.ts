import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareToxics } from './proxy-toxics.ts';

/** Upstream, because a client of Redis speaks first. */
const toxics = [{ type: 'reset_peer', stream: 'upstream', attributes: { timeout: 0 } }] as const;

export const redisReset: Fault = {
  id: 'redis-reset',
  failure: 'lock',
  about: 'every connection to Redis is reset at its first command',
  scenario: 'coupon',
  proxies: ['redis'],
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: (target, signal) => prepareToxics(target, 'redis', toxics, signal),
};
