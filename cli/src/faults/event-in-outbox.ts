import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { preparePublisherKill } from './publisher-kill.ts';

export const eventInOutbox: Fault = {
  id: 'event-in-outbox',
  failure: 'lag',
  about: 'events of orders are published from the outbox, and the api is killed',
  scenario: 'order',
  proxies: [],
  set: {},
  env: {},
  holdMs: usualHoldMs,
  mitigates: 'event-in-memory',
  mitigation: 'outbox',
  prepare: (target, signal) => preparePublisherKill(target, 'outbox', signal),
};
