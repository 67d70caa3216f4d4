import { prepareConsumerKill, redeliveredMs } from './consumer-kill.ts';
import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';

const settings = { ACCRUAL_INBOX: 'off' };

export const redelivery: Fault = {
  id: 'redelivery',
  failure: 'lag',
  about: 'the worker is killed after its work and before the commit, and does not know an event again',
  scenario: 'order',
  proxies: [],
  set: {},
  env: {},
  holdMs: usualHoldMs,
  leastHoldMs: redeliveredMs,
  prepare: (target, signal) => prepareConsumerKill(target, settings, signal),
};
