import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareKill } from './signalled-process.ts';

export const mysqlKilled: Fault = {
  id: 'mysql-killed',
  failure: 'deadlock',
  about: 'MySQL is killed and comes back after its crash recovery',
  scenario: 'order',
  proxies: [],
  restarts: ['mysql'],
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: (target) => prepareKill(target, 'mysql'),
};
