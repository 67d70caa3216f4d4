import { metricKey } from '../record/metric-key.ts';
import { requestProcesses } from './event-loop-stage.ts';
import type { Stage, StageReading, Suspect } from './stage.ts';

const pools = [
  { waiting: 'mysql_pool_waiting', used: 'mysql_pool_in_use', leases: 'mysql_pool_wait_seconds_count' },
  {
    waiting: 'hikaricp_connections_pending',
    used: 'hikaricp_connections_active',
    leases: 'hikaricp_connections_usage_seconds_count',
  },
] as const;
/** Share of the seconds in which the pool gave out as many connections as it ever did. */
const oftenFull = 0.8;
/** Part of the requests in flight that wait for a connection. */
const mostWait = 0.5;
/** A connection that is held for longer is held by something slow, and the pool is only where that shows. */
const briefMs = 20;

export interface PoolStage extends Stage {
  /** Connections that were held, of all processes that answer requests; null where nobody watched a pool. */
  readonly used: number | null;
}

interface PoolReading {
  readonly process: string;
  readonly waitingKey: string;
  readonly usedKey: string;
  readonly waits: number;
  readonly used: number;
  /** Most of the run. */
  readonly most: number;
  readonly fullShare: number;
  readonly waitShare: number;
  /** Mean time for which a connection was held, by Little's law; null where nobody counted how often. */
  readonly heldMs: number | null;
}

/** A pool is on its plateau while all it ever gave out is in use; it backs up while most requests wait for it. */
export function poolStage(reading: StageReading): PoolStage {
  const found = requestProcesses(reading).flatMap((process) =>
    pools.flatMap((names) => readPool(reading, process, names) ?? []),
  );
  const [first] = found;
  const used = first === undefined ? null : found.reduce((sum, pool) => sum + pool.used, 0);
  const full = found.find(
    ({ waits, fullShare, waitShare }) => waits >= 1 && fullShare >= oftenFull && waitShare >= mostWait,
  );
  const isQuiet = first !== undefined && found.every(({ waits }) => waits === 0);
  return {
    used,
    suspect: full === undefined ? null : poolSuspect(reading, full),
    ruledOut: isQuiet
      ? [{ id: 'stage-pool', values: { component: first.process, connections: Math.round(used ?? 0) } }]
      : [],
  };
}

function poolSuspect(reading: StageReading, pool: PoolReading): Suspect {
  const { process, waits, waitingKey, used, usedKey, most, heldMs } = pool;
  return {
    component: process,
    resource: 'pool',
    confidence: heldMs !== null && heldMs < briefMs ? 'high' : 'medium',
    evidence: [
      reading.evidence(waitingKey, waits, '', { value: reading.inFlight, what: 'stage-in-flight' }),
      reading.evidence(usedKey, used, '', { value: most, what: 'stage-pool-most' }),
    ],
  };
}

function readPool(reading: StageReading, process: string, names: (typeof pools)[number]): PoolReading | null {
  const [waitingKey] = reading.keys(names.waiting, { process });
  const [usedKey] = reading.keys(names.used, { process });
  if (waitingKey === undefined || usedKey === undefined) return null;
  const waits = reading.median(waitingKey);
  const used = reading.median(usedKey);
  if (waits === null || used === null) return null;
  const values = reading.values(usedKey);
  const most = (reading.series.points.get(usedKey) ?? []).reduce((top, { value }) => Math.max(top, value), 0);
  const serving = reading.median(metricKey('http_requests_in_flight', { process })) ?? reading.inFlight;
  const [leasesKey] = reading.keys(names.leases, { process });
  const perSecond = leasesKey === undefined ? null : reading.mean(leasesKey);
  return {
    ...{ process, waitingKey, usedKey, waits, used, most },
    fullShare: values.filter((value) => value >= most).length / values.length,
    waitShare: serving > 0 ? waits / serving : 0,
    heldMs: perSecond === null || perSecond <= 0 ? null : (used / perSecond) * 1_000,
  };
}
