import { closest } from 'fastest-levenshtein';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { apiCrashLoop } from './api-crash-loop.ts';
import { apiKilled } from './api-killed.ts';
import { apiStopped } from './api-stopped.ts';
import { consumerKilled } from './consumer-killed.ts';
import { consumerStopped } from './consumer-stopped.ts';
import type { Fault } from './fault.ts';
import { kafkaBlackHole } from './kafka-black-hole.ts';
import { lockOrphan } from './lock-orphan.ts';
import { lockOrphanExpiring } from './lock-orphan-expiring.ts';
import { mysqlBlackHole } from './mysql-black-hole.ts';
import { mysqlLatency } from './mysql-latency.ts';
import { none } from './none.ts';
import { redisBlackHole } from './redis-black-hole.ts';
import { redisLatency } from './redis-latency.ts';
import { redisReset } from './redis-reset.ts';
import { redisStall } from './redis-stall.ts';
import { rowHeld } from './row-held.ts';

/** In the order in which they are listed and drilled: the placebo, then the rows of section 4. */
export const faults = [
  none,
  lockOrphan,
  lockOrphanExpiring,
  redisLatency,
  redisBlackHole,
  redisReset,
  redisStall,
  rowHeld,
  mysqlLatency,
  mysqlBlackHole,
  apiKilled,
  apiCrashLoop,
  apiStopped,
  consumerStopped,
  consumerKilled,
  kafkaBlackHole,
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
