import type { Fault } from './fault.ts';
import { prepareSurge, surgeFactor, unboundedQueue, usualRate } from './surge.ts';

export const memorySurge: Fault = {
  id: 'memory-surge',
  failure: 'surge',
  about: 'eight times as many requests for 4 s fill the memory of the process api, which dies of it once',
  scenario: 'coupon',
  proxies: [],
  set: unboundedQueue,
  env: {},
  rate: usualRate,
  surge: surgeFactor,
  holdMs: 4_000,
  prepare: prepareSurge,
};
