import { closest } from 'fastest-levenshtein';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { apiCrashLoop } from './api-crash-loop.ts';
import { apiErrors } from './api-errors.ts';
import { apiKilled } from './api-killed.ts';
import { apiStopped } from './api-stopped.ts';
import { consumerKilled } from './consumer-killed.ts';
import { consumerPaused } from './consumer-paused.ts';
import { consumerSlowed } from './consumer-slowed.ts';
import { consumerSlowedParallel } from './consumer-slowed-parallel.ts';
import { consumerStopped } from './consumer-stopped.ts';
import { couponRace } from './coupon-race.ts';
import { couponRaceLua } from './coupon-race-lua.ts';
import { deadlock } from './deadlock.ts';
import { deadlockRetried } from './deadlock-retried.ts';
import { deadlockSorted } from './deadlock-sorted.ts';
import { eventInMemory } from './event-in-memory.ts';
import { eventInOutbox } from './event-in-outbox.ts';
import type { Fault } from './fault.ts';
import { kafkaBlackHole } from './kafka-black-hole.ts';
import { kafkaKilled } from './kafka-killed.ts';
import { lockOrphan } from './lock-orphan.ts';
import { lockOrphanExpiring } from './lock-orphan-expiring.ts';
import { memorySurge } from './memory-surge.ts';
import { memorySurgeLoop } from './memory-surge-loop.ts';
import { memorySurgeShedding } from './memory-surge-shedding.ts';
import { memorySurgeSlowBoot } from './memory-surge-slow-boot.ts';
import { mysqlBlackHole } from './mysql-black-hole.ts';
import { mysqlKilled } from './mysql-killed.ts';
import { mysqlLatency } from './mysql-latency.ts';
import { none } from './none.ts';
import { offsetAfterProcessing } from './offset-after-processing.ts';
import { offsetBeforeProcessing } from './offset-before-processing.ts';
import { redelivery } from './redelivery.ts';
import { redeliveryInbox } from './redelivery-inbox.ts';
import { redisBlackHole } from './redis-black-hole.ts';
import { redisKilled } from './redis-killed.ts';
import { redisKilledUnpersisted } from './redis-killed-unpersisted.ts';
import { redisLatency } from './redis-latency.ts';
import { redisReset } from './redis-reset.ts';
import { redisStall } from './redis-stall.ts';
import { rowHeld } from './row-held.ts';
import { rowHeldShortWait } from './row-held-short-wait.ts';

/** In the order in which they are listed and drilled: the placebo, then the rows of section 4. */
export const faults = [
  none,
  lockOrphan,
  lockOrphanExpiring,
  couponRace,
  couponRaceLua,
  redisLatency,
  redisBlackHole,
  redisReset,
  redisStall,
  redisKilled,
  redisKilledUnpersisted,
  deadlock,
  deadlockRetried,
  deadlockSorted,
  rowHeld,
  rowHeldShortWait,
  mysqlLatency,
  mysqlBlackHole,
  mysqlKilled,
  apiErrors,
  apiKilled,
  apiCrashLoop,
  apiStopped,
  memorySurge,
  memorySurgeLoop,
  memorySurgeSlowBoot,
  memorySurgeShedding,
  consumerStopped,
  consumerKilled,
  consumerSlowed,
  consumerSlowedParallel,
  consumerPaused,
  offsetBeforeProcessing,
  offsetAfterProcessing,
  redelivery,
  redeliveryInbox,
  eventInMemory,
  eventInOutbox,
  kafkaBlackHole,
  kafkaKilled,
] as const satisfies readonly Fault[];

/** @throws LoadkitError `fault-unknown` (exit 2) with the nearest and all that there are */
export function faultOf(id: string): Fault {
  const ids = faults.map((fault) => fault.id);
  const found = faults.find((fault) => fault.id === id);
  if (found !== undefined) return found;
  throw new LoadkitError('fault-unknown', `unknown fault "${id}"`, {
    hint: `did you mean "${closest(id, ids)}"?\nthere are: ${ids.join(', ')}`,
    exitCode: exitCode.usage,
  });
}
