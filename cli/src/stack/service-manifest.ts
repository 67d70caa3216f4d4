import { z } from 'zod';

const watchedName = z.string().regex(/^[a-z0-9-]+$/);
/** Read-only, each of them in constant time. */
const redisCount = z.tuple([z.enum(['XLEN', 'SCARD', 'ZCARD', 'HLEN', 'LLEN', 'HGET', 'GET'])]).rest(z.string());

/**
 * `loadkit.json` beside a service: how it is started, watched and reset. All that loadkit knows of a service.
 *
 * The processes get `HOST`, `PORT` (`METRICS_PORT` is not used: `/metrics` is served on `PORT`), and, for what
 * `needs` names, `REDIS_URL`, `MYSQL_URL` and `KAFKA_BROKERS` (comma-separated `host:port`), then `env`, then the settings.
 */
export const serviceManifestSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  needs: z.array(z.enum(['redis', 'mysql', 'kafka'])),
  processes: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9-]+$/),
        /** Relative to the manifest's folder. `node` means the Node that runs loadkit. */
        command: z.array(z.string()).min(1),
        env: z.record(z.string(), z.string()).default({}),
        /** The load goes to this one. */
        target: z.boolean().default(false),
        /** Path that answers 200 when it can take load. */
        ready: z.string().startsWith('/'),
        /** Path of its Prometheus text. */
        metrics: z.string().startsWith('/').optional(),
        /** Of the target: path of a cheap read that goes through the stores. A drill asks it five times a second. */
        canary: z.string().startsWith('/').optional(),
        /** Started again when it ends by itself. */
        restart: z.boolean().default(false),
      }),
    )
    .min(1),
  /**
   * Makes tables and topics if they are missing and puts the fixture in place, while the processes run.
   * Gets the same environment, and each fixture parameter as `FIXTURE_<KEY>`; its last stdout line is a JSON object of figures.
   */
  reset: z.strictObject({ command: z.array(z.string()).min(1) }).optional(),
  /**
   * Puts right in the stores what can be put right from the source of truth; changes nothing the second time. Gets the same
   * environment; its last stdout line is a JSON object of how many entries it repaired.
   */
  repair: z.strictObject({ command: z.array(z.string()).min(1) }).optional(),
  /**
   * Settings that change while the processes run: each reads the file that `env` names, `{"id", "until", "settings"}` with
   * `until` in epoch milliseconds, and shows `metric{id="…"} 1` in its `/metrics` while it is in force.
   */
  overrides: z
    .strictObject({
      env: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
      metric: z.string().regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/),
      settings: z.array(z.string()).min(1),
    })
    .optional(),
  /** Parameters of the fixture with their defaults. */
  fixture: z.record(z.string(), z.string()).default({}),
  /** Environment names that `--set` may set, with default and, where it is a choice, the values. */
  settings: z
    .record(
      z.string(),
      z.strictObject({ default: z.string(), values: z.array(z.string()).optional(), about: z.string() }),
    )
    .default({}),
  watch: z
    .strictObject({
      redisStreams: z.array(z.strictObject({ key: z.string(), group: z.string() })).default([]),
      /** Keys whose remaining time to live is recorded while they exist. */
      redisLocks: z.array(z.string()).default([]),
      /** Statements that answer one number, recorded under `metric`. */
      mysqlQueries: z
        .array(z.strictObject({ metric: z.string().regex(/^[a-z][a-z0-9_]*$/), sql: z.string() }))
        .default([]),
      kafkaGroups: z.array(z.strictObject({ group: z.string(), topic: z.string() })).default([]),
      /** Metric keys that are 0 when nothing waits to be processed. */
      backlog: z.array(z.string()).default([]),
      /**
       * Statements that answer how much was confirmed longer than `:freshness` milliseconds ago and is not processed. A drill's
       * detector asks each once a second: it has to be cheap, so over an index and over the last seconds only.
       */
      unprocessed: z.array(z.strictObject({ name: watchedName, sql: z.string() })).default([]),
      /**
       * What holds at any moment, and by how many it is broken now: a statement that answers 0 where it is not, or two counts of
       * Redis, taken at once, of which the first may not be the larger one. As cheap as those above.
       */
      violations: z
        .array(
          z.union([
            z.strictObject({ name: watchedName, sql: z.string() }),
            z.strictObject({ name: watchedName, redis: z.strictObject({ count: redisCount, atMost: redisCount }) }),
          ]),
        )
        .default([]),
    })
    .default({
      redisStreams: [],
      redisLocks: [],
      mysqlQueries: [],
      kafkaGroups: [],
      backlog: [],
      unprocessed: [],
      violations: [],
    }),
  /** Set of correctness invariants that loadkit counts in the stores after the drain. */
  invariants: z.enum(['coupon-order']).optional(),
});
export type ServiceManifest = z.infer<typeof serviceManifestSchema>;
