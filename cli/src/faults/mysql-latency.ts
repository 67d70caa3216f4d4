import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareToxics } from './proxy-toxics.ts';

/** A transaction asks several times, and waits for each answer. */
const toxics = [{ type: 'latency', stream: 'downstream', attributes: { latency: 100 } }] as const;

export const mysqlLatency: Fault = {
  id: 'mysql-latency',
  failure: 'deadlock',
  about: 'each answer of MySQL comes 100 ms later',
  scenario: 'order',
  proxies: ['mysql'],
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: (target, signal) => prepareToxics(target, 'mysql', toxics, signal),
};
