import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareToxics } from './proxy-toxics.ts';

/** `timeout` 0: data is dropped both ways, and the connections stay open. */
const toxics = [
  { type: 'timeout', stream: 'upstream', attributes: { timeout: 0 } },
  { type: 'timeout', stream: 'downstream', attributes: { timeout: 0 } },
] as const;

export const mysqlBlackHole: Fault = {
  id: 'mysql-black-hole',
  failure: 'deadlock',
  about: 'MySQL takes everything and answers nothing',
  scenario: 'order',
  proxies: ['mysql'],
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: (target, signal) => prepareToxics(target, 'mysql', toxics, signal),
};
