import type { Fault } from './fault.ts';
import { prepareSurge, surgeFactor, unboundedQueue, usualRate } from './surge.ts';

export const memorySurgeShedding: Fault = {
  id: 'memory-surge-shedding',
  failure: 'surge',
  about: 'memory-surge, with no more requests taken in at once than can wait',
  scenario: 'coupon',
  proxies: [],
  set: { ...unboundedQueue, MAX_IN_FLIGHT: '40' },
  env: {},
  rate: usualRate,
  surge: surgeFactor,
  holdMs: 4_000,
  mitigates: 'memory-surge',
  mitigation: 'load-shedding',
  prepare: prepareSurge,
};
