import { parseMetricKey } from '../record/metric-key.ts';
import type { Stage, StageReading, Suspect } from './stage.ts';

const clear: Stage = { suspect: null, ruledOut: [] };

const mysqlCpu = 'process_cpu_cores{process:mysql}';
const redisCpu = 'process_cpu_cores{process:redis}';
/** Of one core: Redis runs its commands in one thread. Of all cores: MySQL. */
const fullCpu = 0.9;
const idleCpu = 0.7;
/** Part of the requests, or of the connections, that wait for the same thing. */
const most = 0.5;

/** Row locks: not a plateau of work but of waiting, hence never more than medium. */
export function rowLockStage(reading: StageReading, connections: number | null): Stage {
  const key = ['mysql_row_lock_current_waits', 'mysql_lock_waiters'].find((name) => reading.mean(name) !== null);
  const waiters = key === undefined ? null : reading.mean(key);
  if (key === undefined || waiters === null) return clear;
  const holders = connections ?? reading.inFlight;
  const isMost = waiters >= 1.5 && waiters >= most * holders;
  const waitedMs = reading.mean('mysql_row_lock_ms');
  if (isMost) {
    return suspected('mysql', 'row-lock', 'medium', [
      reading.evidence(key, waiters, '', { value: holders, what: 'stage-connections' }),
      ...(waitedMs === null
        ? []
        : [reading.evidence('mysql_row_lock_ms', waitedMs, 'ms', { value: 1_000, what: 'stage-per-second' })]),
    ]);
  }
  return waiters < 0.2 * Math.max(1, holders) ? ruledOut('row-lock', { waitersCount: waiters }) : clear;
}

export function mysqlCpuStage(reading: StageReading, cpuCount: number): Stage {
  const cores = reading.median(mysqlCpu);
  if (cores === null) return clear;
  const limit = { value: cpuCount, what: 'stage-host-cores' };
  if (cores >= fullCpu * cpuCount) {
    return suspected('mysql', 'cpu', 'high', [reading.evidence(mysqlCpu, cores, 'cores', limit)]);
  }
  return cores < idleCpu * cpuCount ? ruledOut('mysql-cpu', { usedCores: cores, limitCores: cpuCount }) : clear;
}

/**
 * Statements that run in MySQL without its CPU being full: it waits for its disk, or for a lock that is not a row's.
 * The probe's own statement is one of the running. Few running statements say nothing: a pool of one has one.
 */
export function mysqlIoStage(reading: StageReading, connections: number | null, cpuCount: number): Stage {
  const key = 'mysql_threads_running';
  const running = reading.mean(key);
  if (running === null) return clear;
  const holders = connections ?? reading.inFlight;
  const isMost = running - 1 >= 0.7 * holders && holders >= 2 * cpuCount;
  if (!isMost) return clear;
  return suspected('mysql', 'io', 'medium', [
    reading.evidence(key, running, '', { value: holders, what: 'stage-connections' }),
  ]);
}

export function redisCpuStage(reading: StageReading): Stage {
  const cores = reading.median(redisCpu);
  if (cores === null) return clear;
  if (cores >= fullCpu) {
    const limit = { value: 1, what: 'stage-one-core' };
    return suspected('redis', 'cpu', 'high', [reading.evidence(redisCpu, cores, 'cores', limit)]);
  }
  return cores < idleCpu ? ruledOut('redis-cpu', { usedCores: cores }) : clear;
}

/**
 * A Redis that is slow to reach: its PING takes 2 ms and more, three times that of MySQL (a late probe makes both slow),
 * and is a good part of an answer, or requests wait for a lock that is kept in Redis.
 */
const slowPingMs = 2;
const pingFactor = 3;
const pingShare = 0.25;

export function redisRoundTripStage(reading: StageReading): Stage {
  const ping = reading.median('redis_ping_ms');
  const control = reading.median('mysql_ping_ms') ?? reading.median('kafka_metadata_ms');
  if (ping === null) return clear;
  const waits = lockWaiters(reading);
  const isPart = ping >= pingShare * reading.meanMs || (waits !== null && waits.count >= most * reading.inFlight);
  const isSlow = control !== null && ping >= slowPingMs && ping >= pingFactor * control;
  if (isSlow && isPart) {
    return suspected('redis', 'round-trip', 'medium', [
      reading.evidence('redis_ping_ms', ping, 'ms', { value: control, what: 'stage-other-store' }),
      ...(waits === null ? [] : [reading.evidence(waits.key, waits.count, '')]),
    ]);
  }
  return ping < slowPingMs ? ruledOut('redis-round-trip', { pingMs: ping }) : clear;
}

/** A lock of the service's own, as its histogram of waits tells it. */
export function serviceLockStage(reading: StageReading): Stage {
  const waits = lockWaiters(reading);
  if (waits === null || waits.count < 1.5 || waits.count < most * reading.inFlight) return clear;
  const component = parseMetricKey(waits.key).tags.process ?? 'service';
  return suspected(component, 'lock', 'medium', [
    reading.evidence(waits.key, waits.count, '', { value: reading.inFlight, what: 'stage-in-flight' }),
  ]);
}

/** Seconds waited in a second are the number that waits. */
function lockWaiters(reading: StageReading): { key: string; count: number } | null {
  const keys = [...reading.series.points.keys()].filter((key) => /^[a-z_]+_lock_wait_seconds_sum(\{|$)/.test(key));
  const read = keys.flatMap((key) => {
    const count = reading.mean(key);
    return count === null || count === 0 ? [] : [{ key, count }];
  });
  return read.toSorted((a, b) => b.count - a.count)[0] ?? null;
}

function suspected(
  component: string,
  resource: string,
  confidence: Suspect['confidence'],
  evidence: Suspect['evidence'],
): Stage {
  return { suspect: { component, resource, confidence, evidence }, ruledOut: [] };
}

function ruledOut(id: string, values: Record<string, number>): Stage {
  return { suspect: null, ruledOut: [{ id: `stage-${id}`, values }] };
}
