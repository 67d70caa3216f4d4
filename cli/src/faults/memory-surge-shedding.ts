import type { Fault } from './fault.ts';
import { onceMs, prepareSurge, surgeLoad, unboundedQueue } from './surge.ts';

export const memorySurgeShedding: Fault = {
  id: 'memory-surge-shedding',
  failure: 'surge',
  about: 'memory-surge, with no more requests taken in at once than can wait',
  scenario: 'coupon',
  proxies: [],
  set: { ...unboundedQueue, MAX_IN_FLIGHT: '20' },
  ...surgeLoad,
  holdMs: onceMs,
  mostHoldMs: onceMs,
  mitigates: 'memory-surge',
  mitigation: 'load-shedding',
  prepare: prepareSurge,
};
