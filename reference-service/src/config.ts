import { z } from 'zod';

/** Everything that can be set from outside; times in the unit that the name says. Only this file reads the environment. */
export type Config = ReturnType<typeof grouped>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** One line for each wrong name: which, what was expected, what was found. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

function whole(otherwise: number, min: number, max: number) {
  return z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .default(otherwise)
    .meta({ expected: `a whole number from ${min} to ${max}` });
}

function choice<const T extends readonly [string, ...string[]]>(values: T, otherwise: T[number]) {
  return z
    .enum(values)
    .default(otherwise)
    .meta({ expected: `one of ${values.join(', ')}` });
}

function storeUrl(protocol: RegExp, expected: string) {
  // No echo of what was found: it may hold a password.
  return z.url({ protocol }).meta({ expected, secret: true });
}

const environmentSchema = z.object({
  HOST: z.string().min(1).default('127.0.0.1').meta({ expected: 'an address to listen on' }),
  PORT: whole(8080, 0, 65_535),
  ROLE: choice(['api', 'worker', 'all'], 'all'),
  /** Node's own, which has read them by now: here they are only checked, as everything else that can be set. */
  NODE_OPTIONS: z.string().regex(/^-/).optional().meta({ expected: 'options of Node such as --max-old-space-size=96' }),
  LOG_LEVEL: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info'),
  MAX_IN_FLIGHT: whole(1_000, 1, 100_000),
  FAILURE_PERCENT: whole(0, 0, 100),
  RATE_LIMIT_RPS: whole(0, 0, 1_000_000),
  SHED_EVENT_LOOP_MS: whole(0, 0, 60_000),
  SHUTDOWN_TIMEOUT_MS: whole(10_000, 100, 600_000),
  HEALTH_TIMEOUT_MS: whole(1_000, 50, 60_000),
  OVERRIDES_FILE: z.string().min(1).optional().meta({ expected: 'the path of a file' }),
  BOOT_DELAY_MS: whole(0, 0, 600_000),
  HEAP_LIMIT_MB: whole(0, 0, 1_000_000),

  REDIS_URL: storeUrl(/^rediss?$/, 'an address such as redis://127.0.0.1:6379'),
  REDIS_TIMEOUT_MS: whole(1_000, 10, 60_000),

  MYSQL_URL: storeUrl(/^mysql$/, 'an address such as mysql://user:password@127.0.0.1:3306/shop'),
  MYSQL_POOL_SIZE: whole(16, 1, 1_000),
  MYSQL_QUEUE_LIMIT: whole(400, 0, 100_000),
  MYSQL_QUEUE_TIMEOUT_MS: whole(2_000, 10, 60_000),
  MYSQL_TIMEOUT_MS: whole(5_000, 10, 600_000),
  MYSQL_LOCK_WAIT_S: whole(3, 1, 600),

  KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/)
    .transform((text) => text.split(','))
    .meta({ expected: 'host:port, several with commas between' }),
  KAFKA_TIMEOUT_MS: whole(10_000, 100, 600_000),
  KAFKA_TOPIC_PARTITIONS: whole(4, 1, 1_000),

  ISSUE_STRATEGY: choice(['lua', 'lock', 'lock-no-expiry', 'naive'], 'lua'),
  NAIVE_GAP_MS: whole(10, 0, 60_000),
  LOCK_WAIT_MS: whole(500, 0, 60_000),
  LOCK_RETRY_MS: whole(10, 1, 60_000),
  LOCK_TTL_MS: whole(2_000, 1, 600_000),
  LOCK_HOLD_MS: whole(0, 0, 600_000),
  INTAKE: choice(['direct', 'queue'], 'direct'),
  INTAKE_CONCURRENCY: whole(2, 1, 10_000),
  INTAKE_WORK_MS: whole(5, 0, 60_000),
  INTAKE_ENTRY_KB: whole(64, 0, 100_000),
  WRITER_BATCH_SIZE: whole(500, 1, 5_000),
  WRITER_LINGER_MS: whole(50, 0, 60_000),
  WRITER_CLAIM_IDLE_MS: whole(3_000, 100, 600_000),

  ORDER_LOCKING: choice(['sorted', 'request-order'], 'sorted'),
  ORDER_DEADLOCK_RETRIES: whole(3, 0, 100),
  ORDER_LOCK_GAP_MS: whole(0, 0, 10_000),
  ORDER_EVENT: choice(['outbox', 'memory'], 'outbox'),
  ORDER_EVENT_LINGER_MS: whole(200, 1, 60_000),

  POINT_ACCRUAL: choice(['async', 'sync'], 'async'),
  RELAY_BATCH_SIZE: whole(500, 1, 5_000),
  RELAY_POLL_MS: whole(50, 1, 60_000),
  ACCRUAL_BATCH_SIZE: whole(500, 1, 5_000),
  ACCRUAL_CONCURRENCY: whole(1, 1, 1_000),
  ACCRUAL_COMMIT: choice(['after', 'before'], 'after'),
  ACCRUAL_INBOX: choice(['on', 'off'], 'on'),
  ACCRUAL_DELAY_MS: whole(0, 0, 60_000),
  ACCRUAL_PAUSED: choice(['off', 'on'], 'off'),

  FIXTURE_COUPON_STOCK: whole(10_000, 0, 100_000_000),
  FIXTURE_USERS: whole(20_000, 1, 10_000_000),
  FIXTURE_PRODUCTS: whole(1_000, 1, 1_000_000),
  FIXTURE_PRODUCT_STOCK: whole(100_000, 0, 1_000_000_000),
});

export type Settings = z.infer<typeof environmentSchema>;

/** Those that another value may replace while a process runs. */
export const overridableSettings: readonly string[] = [
  'ISSUE_STRATEGY',
  'NAIVE_GAP_MS',
  'ORDER_LOCKING',
  'ORDER_DEADLOCK_RETRIES',
  'ORDER_LOCK_GAP_MS',
  'MAX_IN_FLIGHT',
  'FAILURE_PERCENT',
  'ACCRUAL_CONCURRENCY',
  'ORDER_EVENT',
  'ORDER_EVENT_LINGER_MS',
  'ACCRUAL_COMMIT',
  'ACCRUAL_INBOX',
  'ACCRUAL_DELAY_MS',
  'ACCRUAL_PAUSED',
  'INTAKE',
  'INTAKE_CONCURRENCY',
  'INTAKE_WORK_MS',
  'INTAKE_ENTRY_KB',
  'BOOT_DELAY_MS',
  'HEAP_LIMIT_MB',
] satisfies (keyof Settings)[];

/**
 * Throws `ConfigError` with all that is wrong. An empty value of the environment counts as not given.
 *
 * @param overrides values of `overridableSettings` that hold in place of the environment's
 */
export function readConfig(env: Environment = process.env, overrides: Readonly<Record<string, string>> = {}): Config {
  const fixed = Object.keys(overrides).filter((name) => !overridableSettings.includes(name));
  if (fixed.length > 0) throw new ConfigError(fixed.map((name) => `${name}: is no setting that can be overridden`));
  const inherited = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  const given: Environment = { ...Object.fromEntries(inherited), ...overrides };
  const parsed = environmentSchema.safeParse(given);
  if (parsed.success) return grouped(parsed.data);
  const names = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
  throw new ConfigError([...names].map((name) => complaint(name, given[name])));
}

const expectation = z.object({ expected: z.string(), secret: z.boolean().default(false) });

function complaint(name: string, found: string | undefined): string {
  const field = Object.entries(environmentSchema.shape).find(([key]) => key === name)?.[1];
  const { expected, secret } = expectation.parse(field?.meta());
  const shown = found === undefined ? 'nothing' : secret ? 'something else' : JSON.stringify(found);
  return `${name}: expected ${expected}, found ${shown}`;
}

/** By the part that uses it, so that no part sees more than its own. */
function grouped(env: Settings) {
  return {
    role: env.ROLE,
    logLevel: env.LOG_LEVEL,
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    healthTimeoutMs: env.HEALTH_TIMEOUT_MS,
    overridesFile: env.OVERRIDES_FILE,
    boot: { delayMs: env.BOOT_DELAY_MS, heapLimitMb: env.HEAP_LIMIT_MB },
    http: {
      host: env.HOST,
      port: env.PORT,
      maxInFlight: env.MAX_IN_FLIGHT,
      failurePercent: env.FAILURE_PERCENT,
      rateLimitRps: env.RATE_LIMIT_RPS,
      shedEventLoopMs: env.SHED_EVENT_LOOP_MS,
    },
    redis: { url: env.REDIS_URL, timeoutMs: env.REDIS_TIMEOUT_MS },
    mysql: {
      url: env.MYSQL_URL,
      poolSize: env.MYSQL_POOL_SIZE,
      queueLimit: env.MYSQL_QUEUE_LIMIT,
      queueTimeoutMs: env.MYSQL_QUEUE_TIMEOUT_MS,
      timeoutMs: env.MYSQL_TIMEOUT_MS,
      lockWaitSeconds: env.MYSQL_LOCK_WAIT_S,
    },
    kafka: {
      brokers: env.KAFKA_BROKERS,
      timeoutMs: env.KAFKA_TIMEOUT_MS,
      partitions: env.KAFKA_TOPIC_PARTITIONS,
    },
    coupon: {
      strategy: env.ISSUE_STRATEGY,
      naiveGapMs: env.NAIVE_GAP_MS,
      lock: {
        waitMs: env.LOCK_WAIT_MS,
        retryMs: env.LOCK_RETRY_MS,
        ttlMs: env.LOCK_TTL_MS,
        holdMs: env.LOCK_HOLD_MS,
      },
    },
    intake: {
      mode: env.INTAKE,
      concurrency: env.INTAKE_CONCURRENCY,
      workMs: env.INTAKE_WORK_MS,
      entryKb: env.INTAKE_ENTRY_KB,
    },
    writer: {
      batchSize: env.WRITER_BATCH_SIZE,
      lingerMs: env.WRITER_LINGER_MS,
      claimIdleMs: env.WRITER_CLAIM_IDLE_MS,
    },
    order: {
      locking: env.ORDER_LOCKING,
      deadlockRetries: env.ORDER_DEADLOCK_RETRIES,
      lockGapMs: env.ORDER_LOCK_GAP_MS,
      accrual: env.POINT_ACCRUAL,
      event: env.ORDER_EVENT,
      eventLingerMs: env.ORDER_EVENT_LINGER_MS,
    },
    relay: { batchSize: env.RELAY_BATCH_SIZE, pollMs: env.RELAY_POLL_MS },
    accrual: {
      batchSize: env.ACCRUAL_BATCH_SIZE,
      concurrency: env.ACCRUAL_CONCURRENCY,
      commit: env.ACCRUAL_COMMIT,
      inbox: env.ACCRUAL_INBOX === 'on',
      delayMs: env.ACCRUAL_DELAY_MS,
      paused: env.ACCRUAL_PAUSED === 'on',
    },
    fixture: {
      couponStock: env.FIXTURE_COUPON_STOCK,
      users: env.FIXTURE_USERS,
      products: env.FIXTURE_PRODUCTS,
      productStock: env.FIXTURE_PRODUCT_STOCK,
    },
  };
}

const groupsThatChange = ['boot', 'http', 'coupon', 'intake', 'order', 'accrual'] as const;

/** Puts the values of `next` into `config`. Its groups stay the same objects: who was given one sees the new values. */
export function adopt(config: Config, next: Config): void {
  for (const group of groupsThatChange) Object.assign(config[group], next[group]);
}
