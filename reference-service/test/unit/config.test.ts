import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src/config.ts';

const stores = {
  REDIS_URL: 'redis://127.0.0.1:6379',
  MYSQL_URL: 'mysql://user:secret@127.0.0.1:3306/shop',
  KAFKA_BROKERS: '127.0.0.1:9092,127.0.0.1:9093',
};

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('needs only the addresses of the stores', () => {
    const config = readConfig(stores);

    expect(config.role).toBe('all');
    expect(config.http).toEqual({
      host: '127.0.0.1',
      port: 8080,
      maxInFlight: 1_000,
      failurePercent: 0,
      rateLimitRps: 0,
      shedEventLoopMs: 0,
    });
    expect(config.kafka.brokers).toEqual(['127.0.0.1:9092', '127.0.0.1:9093']);
    expect(config.coupon).toEqual({
      strategy: 'lua',
      naiveGapMs: 10,
      lock: { waitMs: 500, retryMs: 10, ttlMs: 2_000, holdMs: 0 },
    });
    expect(config.order).toEqual({
      locking: 'sorted',
      deadlockRetries: 3,
      lockGapMs: 0,
      accrual: 'async',
      event: 'outbox',
      eventLingerMs: 200,
    });
    expect(config.accrual).toEqual({
      batchSize: 500,
      concurrency: 1,
      commit: 'after',
      inbox: true,
      delayMs: 0,
      paused: false,
    });
    expect(config.intake.mode).toBe('direct');
    expect(config.boot).toEqual({ delayMs: 0, heapLimitMb: 0 });
  });

  it('takes what is given, and an empty value as not given', () => {
    const config = readConfig({
      ...stores,
      ROLE: 'worker',
      MYSQL_POOL_SIZE: '4',
      ORDER_LOCKING: 'request-order',
      PORT: '',
    });

    expect([config.role, config.mysql.poolSize, config.order.locking, config.http.port]).toEqual([
      'worker',
      4,
      'request-order',
      8080,
    ]);
  });

  it('names every wrong value with what was expected and what was found', () => {
    expect(problemsOf({ ...stores, ISSUE_STRATEGY: 'fast', MYSQL_POOL_SIZE: '0', PORT: '80a' })).toEqual([
      'PORT: expected a whole number from 0 to 65535, found "80a"',
      'MYSQL_POOL_SIZE: expected a whole number from 1 to 1000, found "0"',
      'ISSUE_STRATEGY: expected one of lua, lock, lock-no-expiry, naive, found "fast"',
    ]);
  });

  it('names what is missing', () => {
    expect(problemsOf({ REDIS_URL: stores.REDIS_URL })).toEqual([
      'MYSQL_URL: expected an address such as mysql://user:password@127.0.0.1:3306/shop, found nothing',
      'KAFKA_BROKERS: expected host:port, several with commas between, found nothing',
    ]);
  });

  it('takes overrides in place of the environment, and checks them as it', () => {
    const env = { ...stores, ORDER_LOCKING: 'request-order' };

    expect(readConfig(env, { ORDER_LOCKING: 'sorted' }).order.locking).toBe('sorted');
    expect(() => readConfig(env, { NAIVE_GAP_MS: '' })).toThrow(
      'NAIVE_GAP_MS: expected a whole number from 0 to 60000',
    );
    expect(() => readConfig(env, { ISSUE_STRATEGY: 'fast' })).toThrow('ISSUE_STRATEGY: expected one of lua');
    expect(() => readConfig(env, { PORT: '1', constructor: 'x' })).toThrow(
      'PORT: is no setting that can be overridden\nconstructor: is no setting that can be overridden',
    );
  });

  it('does not repeat an address, which may hold a password', () => {
    const problems = problemsOf({ ...stores, MYSQL_URL: 'http://user:secret@127.0.0.1' });

    expect(problems).toHaveLength(1);
    expect(problems[0]).not.toContain('secret');
  });
});
