import type { Fault } from './fault.ts';
import { prepareSurge, surgeLoad, unboundedQueue } from './surge.ts';

export const memorySurgeLoop: Fault = {
  id: 'memory-surge-loop',
  failure: 'surge',
  about: 'the same for 12 s: the process api dies of it again each time that it is back',
  scenario: 'coupon',
  proxies: [],
  set: unboundedQueue,
  ...surgeLoad,
  holdMs: 12_000,
  prepare: prepareSurge,
};
