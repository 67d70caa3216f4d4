import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { healthRoutes } from '../../src/http/health.ts';
import { createServer, type ServerParts } from '../../src/http/server.ts';
import { CalmLog } from '../../src/log.ts';
import { createMetrics, watchQueues } from '../../src/metrics.ts';
import { StoreFailure } from '../../src/stores/failure.ts';

type Limits = ServerParts['limits'];

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function server(changes: Partial<Limits> = {}) {
  const lines: string[] = [];
  const log = pino(
    new Writable({
      write: (chunk, _, done) => {
        lines.push(String(chunk));
        done();
      },
    }),
  );
  const metrics = createMetrics();
  const limits: { -readonly [Name in keyof Limits]: Limits[Name] } = {
    maxInFlight: 100,
    failurePercent: 0,
    rateLimitRps: 0,
    shedEventLoopMs: 0,
    ...changes,
  };
  const app = await createServer({ limits, metrics, log, calmLog: new CalmLog(log, () => 0) });
  closers.push(() => app.close());
  return { app, metrics, lines, limits };
}

describe('a failure', () => {
  it.each([
    [new StoreFailure('BUSY', 'full'), 503, 'BUSY', '1'],
    [new StoreFailure('STORE_UNAVAILABLE', 'gone'), 503, 'STORE_UNAVAILABLE', '1'],
    [new StoreFailure('LOCK_BUSY', 'held'), 503, 'LOCK_BUSY', '1'],
    [new StoreFailure('LOCK_LOST', 'too slow'), 503, 'LOCK_LOST', '1'],
    [new Error('a defect with inner details'), 500, 'INTERNAL', undefined],
  ])('becomes a problem with a code', async (error, status, code, retryAfter) => {
    const { app } = await server();
    app.get('/api/x', () => {
      throw error;
    });

    const answer = await app.inject('/api/x');

    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.headers['retry-after']).toBe(retryAfter);
    expect(answer.json()).toMatchObject({ status, code });
    expect(answer.body).not.toContain(error.message);
  });

  it('is logged once while it repeats', async () => {
    const { app, lines } = await server();
    app.get('/api/x', () => {
      throw new StoreFailure('STORE_UNAVAILABLE', 'gone');
    });

    for (let i = 0; i < 5; i += 1) await app.inject('/api/x');

    expect(lines).toHaveLength(1);
  });

  it('of a path that is not there says which', async () => {
    const { app } = await server();

    expect((await app.inject('/nowhere')).json()).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
      detail: 'GET /nowhere',
    });
  });
});

describe('the bound of requests in flight', () => {
  it('turns away what is too much, but never a probe', async () => {
    const { app, metrics } = await server({ maxInFlight: 1 });
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    app.get('/api/slow', async () => {
      await held;
      return { done: true };
    });
    healthRoutes(app, { checks: {}, timeoutMs: 1_000, isStopping: () => false });
    const base = await app.listen({ host: '127.0.0.1', port: 0 });

    const first = fetch(`${base}/api/slow`);
    await expect.poll(async () => (await metrics.httpInFlight.get()).values[0]?.value).toBe(1);
    const second = await fetch(`${base}/api/slow`);
    const probe = await fetch(`${base}/health/live`);
    finish();

    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await second.json()).toMatchObject({ code: 'BUSY' });
    expect(probe.status).toBe(200);
    expect((await first).status).toBe(200);
    await expect.poll(async () => (await metrics.httpInFlight.get()).values[0]?.value).toBe(0);
    const text = await metrics.registry.metrics();
    expect(text).toContain('http_request_duration_seconds_count{route="/api/slow",method="GET",outcome="success"} 1');
    expect(text).toContain('http_request_duration_seconds_count{route="/api/slow",method="GET",outcome="error"} 1');
    expect(text).toContain('http_requests_shed_total{reason="in-flight"} 1');
  });
});

describe('a bound that is changed while requests are in flight', () => {
  it('holds from the next request on', async () => {
    const { app, limits } = await server();
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    app.get('/api/slow', async () => {
      await held;
      return { done: true };
    });
    const first = app.inject('/api/slow');
    await expect.poll(async () => (await app.inject('/metrics')).body).toContain('http_requests_in_flight 1');

    limits.maxInFlight = 1;
    const refused = await app.inject('/api/slow');
    limits.maxInFlight = 100;
    const second = app.inject('/api/slow');
    finish();

    expect(refused.json()).toMatchObject({ status: 503, code: 'BUSY' });
    expect([(await first).statusCode, (await second).statusCode]).toEqual([200, 200]);
  });
});

describe('failures on purpose', () => {
  it('are as many of a hundred as the setting says, from the next request on, and none of the probes', async () => {
    const { app, limits } = await server();
    app.get('/api/x', () => ({ done: true }));
    app.get('/probe', { config: { unbounded: true } }, () => ({ done: true }));
    const statuses = async (path: string, count: number) => {
      const answers = [];
      for (let n = 0; n < count; n += 1) answers.push((await app.inject(path)).statusCode);
      return answers;
    };

    expect(await statuses('/api/x', 40)).toEqual(Array(40).fill(200));
    limits.failurePercent = 5;
    const answers = await statuses('/api/x', 200);
    limits.failurePercent = 0;

    expect(answers.filter((status) => status === 500)).toHaveLength(10);
    expect(answers.filter((status) => status === 200)).toHaveLength(190);
    limits.failurePercent = 100;
    expect(await statuses('/probe', 5)).toEqual(Array(5).fill(200));
  });
});

describe('the limit of requests a second', () => {
  it('turns away what is too much, but never a probe or a scrape', async () => {
    const { app, metrics } = await server({ rateLimitRps: 2 });
    app.get('/api/x', () => ({ done: true }));
    healthRoutes(app, { checks: {}, timeoutMs: 1_000, isStopping: () => false });

    const answers = await Promise.all(Array.from({ length: 40 }, () => app.inject('/api/x')));
    const probes = await Promise.all(Array.from({ length: 40 }, () => app.inject('/health/live')));
    const text = (await app.inject('/metrics')).body;

    const refused = answers.filter(({ statusCode }) => statusCode !== 200);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(2);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) {
      expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '1']);
      expect(answer.json()).toMatchObject({ code: 'RATE_LIMITED' });
    }
    expect(probes.every(({ statusCode }) => statusCode === 200)).toBe(true);
    expect(text).toContain(`http_requests_shed_total{reason="rate"} ${refused.length}`);
    await expect.poll(async () => (await metrics.httpInFlight.get()).values[0]?.value).toBe(0);
  });

  it('is off when it is 0', async () => {
    const { app } = await server({ rateLimitRps: 0, maxInFlight: 1_000 });
    app.get('/api/x', () => ({ done: true }));

    const answers = await Promise.all(Array.from({ length: 200 }, () => app.inject('/api/x')));

    expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true);
  });
});

describe('an event loop that is late', () => {
  it('turns requests away, but never a probe, and lets them in again afterwards', async () => {
    const { app, metrics } = await server({ shedEventLoopMs: 20 });
    app.get('/api/x', () => ({ done: true }));
    healthRoutes(app, { checks: {}, timeoutMs: 1_000, isStopping: () => false });
    let isBusy = true;
    const keepBusy = (): void => {
      const until = performance.now() + 80;
      while (performance.now() < until);
      if (isBusy) setImmediate(keepBusy);
    };
    keepBusy();

    try {
      await expect.poll(async () => (await app.inject('/api/x')).statusCode, { timeout: 10_000 }).toBe(503);
      const answer = await app.inject('/api/x');
      expect(answer.json()).toMatchObject({ code: 'OVERLOADED' });
      expect(answer.headers['retry-after']).toBe('1');
      expect((await app.inject('/health/live')).statusCode).toBe(200);
      expect((await app.inject('/metrics')).body).toMatch(/http_requests_shed_total\{reason="event-loop"\} [1-9]/);
    } finally {
      isBusy = false;
    }

    await expect.poll(async () => (await app.inject('/api/x')).statusCode, { timeout: 10_000 }).toBe(200);
    await expect.poll(async () => (await metrics.httpInFlight.get()).values[0]?.value).toBe(0);
  });
});

describe('readiness', () => {
  it('names the store that does not answer', async () => {
    const { app } = await server();
    healthRoutes(app, {
      timeoutMs: 20,
      isStopping: () => false,
      checks: {
        redis: async () => 'PONG',
        mysql: () => Promise.reject(new Error('MySQL does not answer')),
        kafka: () => new Promise(() => undefined),
      },
    });

    const answer = await app.inject('/health/ready');

    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({
      status: 'not ready',
      checks: { redis: 'ok', mysql: 'MySQL does not answer', kafka: 'kafka took longer than 20 ms' },
    });
  });

  it('ends with the order to stop', async () => {
    const { app } = await server();
    healthRoutes(app, { timeoutMs: 1_000, isStopping: () => true, checks: {} });

    expect((await app.inject('/health/ready')).statusCode).toBe(503);
    expect((await app.inject('/health/live')).statusCode).toBe(200);
  });
});

describe('a queue that cannot be read', () => {
  it('has no sample, rather than 0', async () => {
    const { registry } = createMetrics();
    watchQueues(registry, {
      outbox: async () => ({ depth: 3, oldestAgeSeconds: 1.5 }),
      stream: () => Promise.reject(new Error('gone')),
    });

    const text = await registry.metrics();

    expect(text).toContain('queue_depth{queue="outbox"} 3');
    expect(text).toContain('queue_oldest_age_seconds{queue="outbox"} 1.5');
    expect(text).not.toContain('queue="stream"');
  });
});
