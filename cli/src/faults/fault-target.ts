import { z } from 'zod';
import { httpAddress, mysqlAddress, redisAddress } from './address.ts';

const proxySchema = z.object({ api: httpAddress, name: z.string() });
const processesSchema = z.array(z.object({ name: z.string(), pid: z.int().positive() }));

/** All that an injector is told of its target; plain JSON. */
export const faultTargetSchema = z.object({
  baseUrl: httpAddress.nullable(),
  /** The stores themselves, past any proxy. */
  redisUrl: redisAddress.nullable(),
  mysqlUrl: mysqlAddress.nullable(),
  kafkaBrokers: z.array(z.string()).nullable(),
  /** The stores are not loadkit's: see `foreign` of an undo step. */
  foreign: z.boolean().optional(),
  /** Toxiproxy's API (no slash at its end) and the proxy's name in it, by store. */
  proxies: z.partialRecord(z.enum(['redis', 'mysql', 'kafka']), proxySchema),
  /** Live processes of the service, as they were when the order was written. */
  processes: processesSchema,
  /**
   * File with the same list as JSON, replaced (by a rename) whenever a process was started again; null: `processes` is all
   * that is known, and nobody is found who was started since.
   */
  processesFile: z.string().nullable().default(null),
  /** `watch.redisLocks` of the manifest. */
  redisLocks: z.array(z.string()),
  /** By which settings of the running service are changed; null: they cannot be. */
  overridesFile: z.string().nullable().default(null),
  /** Names of the settings that can be changed so. */
  overridable: z.array(z.string()).default([]),
  /** Prometheus text by process name: what says that a change is in force. */
  metricsUrls: z.record(z.string(), httpAddress).default({}),
  /** Name of the metric that says it there. */
  overridesMetric: z.string().nullable().default(null),
});
export type FaultTarget = z.infer<typeof faultTargetSchema>;

/** The content of `processesFile`. */
export const processesFileSchema = processesSchema;
