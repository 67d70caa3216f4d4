import type { Fault } from './fault.ts';
import { onceMs, prepareSurge, surgeLoad, unboundedQueue } from './surge.ts';

export const memorySurge: Fault = {
  id: 'memory-surge',
  failure: 'surge',
  about: 'ten times as many requests for 3 s fill the memory of the process api, which dies of it once',
  scenario: 'coupon',
  proxies: [],
  set: unboundedQueue,
  ...surgeLoad,
  holdMs: onceMs,
  mostHoldMs: onceMs,
  prepare: prepareSurge,
};
