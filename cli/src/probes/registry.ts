import type { Clock } from '../system/clock.ts';
import { kafkaProbe } from './kafka.ts';
import { mysqlProbe } from './mysql.ts';
import type { Probe } from './probe.ts';
import { processProbe } from './process.ts';
import type { WatchedContainer } from './process-engine.ts';
import { prometheusProbe } from './prometheus.ts';
import { redisProbe } from './redis.ts';
import type { RedisBound } from './redis-bound.ts';

export interface ProbeRequest {
  /** Null for what is not used. */
  readonly endpoints: {
    readonly redisUrl: string | null;
    readonly mysqlUrl: string | null;
    readonly kafkaBrokers: readonly string[] | null;
    readonly metricsUrls: Readonly<Record<string, string>>;
  };
  /** `watch` of the service's manifest. */
  readonly watch: {
    readonly redisStreams: readonly { readonly key: string; readonly group: string }[];
    readonly redisLocks: readonly string[];
    readonly mysqlQueries: readonly { readonly metric: string; readonly sql: string }[];
    readonly kafkaGroups: readonly { readonly group: string; readonly topic: string }[];
    readonly redisBounds?: readonly RedisBound[];
  };
  /** What runs now; k6 may be among them. */
  readonly processes: () => readonly { readonly name: string; readonly pid: number }[];
  readonly containers: () => readonly WatchedContainer[];
  readonly clock: Clock;
}

/** The probes of one run, in the order in which they read. */
export function createProbes({ endpoints, watch, processes, containers, clock }: ProbeRequest): readonly Probe[] {
  const { redisUrl, mysqlUrl, kafkaBrokers, metricsUrls } = endpoints;
  return [
    ...(redisUrl === null
      ? []
      : [
          redisProbe({
            url: redisUrl,
            clock,
            streams: watch.redisStreams,
            locks: watch.redisLocks,
            bounds: watch.redisBounds ?? [],
          }),
        ]),
    ...(mysqlUrl === null ? [] : [mysqlProbe({ url: mysqlUrl, clock, queries: watch.mysqlQueries })]),
    ...(kafkaBrokers === null ? [] : [kafkaProbe({ brokers: kafkaBrokers, clock, groups: watch.kafkaGroups })]),
    ...Object.entries(metricsUrls).map(([process, url]) => prometheusProbe({ process, url })),
    processProbe({ processes, containers, clock, platform: process.platform }),
  ];
}
