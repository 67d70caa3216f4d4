import type { Fault } from './fault.ts';
import { onceMs, prepareSurge, surgeLoad, unboundedQueue } from './surge.ts';

export const memorySurgeSlowBoot: Fault = {
  id: 'memory-surge-slow-boot',
  failure: 'surge',
  about: 'memory-surge, with a process api that needs 3 s more to start again',
  scenario: 'coupon',
  proxies: [],
  set: { ...unboundedQueue, BOOT_DELAY_MS: '3000' },
  ...surgeLoad,
  holdMs: onceMs,
  mostHoldMs: onceMs,
  prepare: prepareSurge,
};
