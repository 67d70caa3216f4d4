import { prepareConsumerKill, redeliveredMs } from './consumer-kill.ts';
import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';

const settings = { ACCRUAL_INBOX: 'on' };

export const redeliveryInbox: Fault = {
  id: 'redelivery-inbox',
  failure: 'lag',
  about: 'the worker is killed after its work and before the commit, and knows each event again',
  scenario: 'order',
  proxies: [],
  set: {},
  env: {},
  holdMs: usualHoldMs,
  leastHoldMs: redeliveredMs,
  mitigates: 'redelivery',
  mitigation: 'inbox',
  prepare: (target, signal) => prepareConsumerKill(target, settings, signal),
};
