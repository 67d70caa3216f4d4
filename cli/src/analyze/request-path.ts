import type { Host, Reason } from '../record/run-record.ts';
import { eventLoopStage } from './event-loop-stage.ts';
import { poolStage } from './pool-stage.ts';
import type { StageReading, Suspect } from './stage.ts';
import {
  mysqlCpuStage,
  mysqlIoStage,
  redisCpuStage,
  redisRoundTripStage,
  rowLockStage,
  serviceLockStage,
} from './store-stage.ts';

export interface RequestPath {
  /** Null where no stage can be told to be the one. */
  readonly suspect: Suspect | null;
  readonly ruledOut: readonly Reason[];
  readonly isHostFull: boolean;
  readonly isLoopWatched: boolean;
}

const hostBusy = 'host_cpu_busy_cores';
const hostFull = 0.95;

/**
 * Walks the stages in the order a request takes. The first that backs up on its own plateau is it; one that backs up
 * while what it waits for is on its plateau passes the blame on. A full machine slows all of them at once: then what only
 * lacked CPU is not blamed, and nothing that CPU could explain is called certain.
 */
export function walkRequestPath(reading: StageReading, host: Host): RequestPath {
  const busy = reading.median(hostBusy);
  // Elsewhere, the service has a machine of its own that nobody watched.
  const isHostFull = host.shared && busy !== null && busy >= hostFull * host.cpuCount;
  const loop = eventLoopStage(reading);
  const pool = poolStage(reading);
  const rowLock = rowLockStage(reading, pool.used);
  const mysqlCpu = mysqlCpuStage(reading, host.cpuCount);
  const redisCpu = redisCpuStage(reading);
  const roundTrip = redisRoundTripStage(reading);
  const machine: Suspect | null = isHostFull
    ? {
        component: 'host',
        resource: 'cpu',
        confidence: 'medium',
        evidence: [reading.evidence(hostBusy, busy, 'cores', { value: host.cpuCount, what: 'stage-host-cores' })],
      }
    : null;
  const ruledOut = [loop, pool, rowLock, mysqlCpu, redisCpu, roundTrip].flatMap((stage) => stage.ruledOut);
  const isHostIdle = host.shared && busy !== null && busy < 0.85 * host.cpuCount;
  const hostRuledOut = isHostIdle
    ? [{ id: 'stage-host-cpu', values: { busyCores: busy, limitCores: host.cpuCount } }]
    : [];
  const doubted = (suspect: Suspect | null, isDoubtful: boolean): Suspect | null =>
    suspect !== null && isDoubtful && suspect.confidence === 'high' ? { ...suspect, confidence: 'medium' } : suspect;

  const find = (): Suspect | null => {
    // Two plateaus at once: the first holds, but not for certain.
    if (loop.suspect !== null) return doubted(loop.suspect, pool.suspect !== null);
    if (loop.isStarved && machine !== null) return machine;
    if (pool.suspect !== null) {
      const isStoreBusy = isHostFull && (pool.used ?? 0) > host.cpuCount;
      const waitsFor =
        rowLock.suspect ??
        mysqlCpu.suspect ??
        mysqlIoStage(reading, pool.used, host.cpuCount).suspect ??
        (isStoreBusy ? machine : null);
      const isLockQuiet = rowLock.ruledOut.length > 0;
      return waitsFor ?? doubted(pool.suspect, isHostFull || !isLockQuiet || loop.ruledOut.length === 0);
    }
    return (
      mysqlCpu.suspect ??
      redisCpu.suspect ??
      roundTrip.suspect ??
      rowLock.suspect ??
      serviceLockStage(reading).suspect ??
      mysqlIoStage(reading, pool.used, host.cpuCount).suspect ??
      // Full, but nothing shows that it was the lack of CPU that requests waited for.
      (machine === null ? null : { ...machine, confidence: 'low' })
    );
  };
  return { suspect: find(), ruledOut: [...ruledOut, ...hostRuledOut], isHostFull, isLoopWatched: loop.isWatched };
}
