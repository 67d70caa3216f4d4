import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { preparePublisherKill } from './publisher-kill.ts';

export const eventInMemory: Fault = {
  id: 'event-in-memory',
  failure: 'lag',
  about: 'events of orders are published from the memory of the api, which is killed',
  scenario: 'order',
  proxies: [],
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: (target, signal) => preparePublisherKill(target, 'memory', signal),
};
