import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { customer, inParallel, tally } from '../fixtures/customer.ts';
import {
  eventually,
  type RunningService,
  smallFixture,
  startService,
  verify,
  violated,
} from '../fixtures/running-service.ts';

let service: RunningService;
let api: ReturnType<typeof customer>;
const fixture = { ...smallFixture, COUPON_STOCK: '900' };

beforeAll(async () => {
  service = await startService({ REDIS_TIMEOUT_MS: '300', WRITER_BATCH_SIZE: '20' });
  api = customer(service.api);
}, 600_000);

afterAll(async () => service?.close());

beforeEach(async () => {
  await service.stack.reset?.(fixture);
});

/** Until the tables hold as much as was confirmed, or more. */
async function written(coupons: number, orders: number): Promise<void> {
  await eventually(async () => {
    const counts = await counted();
    return (counts.coupons >= coupons && counts.points >= orders) || undefined;
  });
}

const countsSchema = z.tuple([z.object({ coupons: z.number(), points: z.number(), dead: z.number() })]);

async function counted(): Promise<z.infer<typeof countsSchema>[0]> {
  const connection = await createConnection({ uri: service.stack.endpoints.mysqlUrl ?? '' });
  try {
    const [rows] = await connection.query(
      `SELECT (SELECT COUNT(*) FROM coupon_issue) AS coupons, (SELECT COUNT(*) FROM point_ledger) AS points,
              (SELECT COUNT(*) FROM dead_letter) AS dead`,
    );
    return countsSchema.parse(rows)[0];
  } finally {
    await connection.end();
  }
}

function order(index: number) {
  return { userId: 1 + (index % 500), items: [{ productId: 1 + (index % 50), quantity: 1 }] };
}

describe('a worker that is killed', () => {
  it('three times under load loses nothing and doubles nothing', async () => {
    const kill = async (): Promise<void> => {
      for (let times = 0; times < 3; times += 1) {
        await workBegins();
        process.kill(service.pidOf('worker'), 'SIGKILL');
      }
    };
    const killing = kill();
    const coupons = inParallel(800, 8, (index) => api.takeCoupon(index + 1));
    const orders = inParallel(600, 6, (index) => api.order(`kill-${index}`, order(index)));
    const told = { coupons: tally(await coupons), orders: tally(await orders) };
    await killing;

    expect(told).toEqual({ coupons: { 201: 800 }, orders: { 201: 600 } });
    await written(800, 600);
    expect(violated(await verify(service.stack, { coupons: 800, orders: 600 }))).toEqual([]);
  });

  /** Until a worker runs that has begun to work on what waits. */
  async function workBegins(): Promise<void> {
    const before = await counted();
    await eventually(async () => {
      const now = await counted();
      const isAlive = Number.isInteger(service.pidOf('worker'));
      return (isAlive && now.coupons > before.coupons) || undefined;
    });
  }

  it('leaves its entries to the next one', async () => {
    const redis = new Redis(service.stack.endpoints.redisUrl ?? '');
    try {
      // Delivered to a worker that is dead now, and never acknowledged.
      await redis.xadd('coupon:issued', '*', 'campaignId', 1, 'userId', 77, 'at', Date.now());
      await eventually(async () => ((await counted()).coupons === 1 ? true : undefined));
      const multi = redis
        .multi()
        .xadd('coupon:issued', '*', 'campaignId', 1, 'userId', 78, 'at', Date.now())
        .xreadgroup('GROUP', 'coupon-writer', 'dead-worker', 'COUNT', 10, 'STREAMS', 'coupon:issued', '>');
      await multi.exec();
      await eventually(async () => ((await counted()).coupons === 2 ? true : undefined));
      await eventually(async () =>
        String((await redis.xpending('coupon:issued', 'coupon-writer'))[0]) === '0' ? true : undefined,
      );
    } finally {
      redis.disconnect();
    }
  });
});

describe('a process that is asked to stop', () => {
  it('answers what it has begun', async () => {
    const other = await service.startAnother({});
    const shop = customer(other.url);
    const orders = inParallel(200, 20, (index) => shop.order(`stop-${index}`, order(index)).catch(() => null));
    await eventually(async () => ((await counted()).points > 0 ? true : undefined));
    const exit = await other.process.stop({ graceMs: 20_000 });
    const answers = (await orders).filter((answer) => answer !== null);

    expect(exit).toMatchObject({ code: 0, signal: null });
    const confirmed = tally(answers)['201'] ?? 0;
    await written(0, confirmed);
    expect(violated(await verify(service.stack, { coupons: 0, orders: confirmed }, 200 - confirmed))).toEqual([]);
  });
});

describe('an entry that nobody can process', () => {
  it('is put aside and stops nobody', async () => {
    const redis = new Redis(service.stack.endpoints.redisUrl ?? '');
    const kafka = new Kafka({ brokers: [...(service.stack.endpoints.kafkaBrokers ?? [])], logLevel: logLevel.NOTHING });
    const producer = kafka.producer();
    try {
      await producer.connect();
      await producer.send({ topic: 'order.completed', messages: [{ key: '1', value: 'not an event' }] });
      await redis.xadd('coupon:issued', '*', 'campaignId', 1, 'userId', 'nobody');
      expect((await api.takeCoupon(9)).status).toBe(201);
      expect((await api.order('poison', order(0))).status).toBe(201);

      await written(1, 1);
      await eventually(async () => ((await counted()).dead === 2 ? true : undefined));
      await eventually(async () =>
        String((await redis.xpending('coupon:issued', 'coupon-writer'))[0]) === '0' ? true : undefined,
      );
    } finally {
      redis.disconnect();
      await producer.disconnect();
    }
  });
});

describe('an event that comes twice', () => {
  it('earns points once', async () => {
    const kafka = new Kafka({ brokers: [...(service.stack.endpoints.kafkaBrokers ?? [])], logLevel: logLevel.NOTHING });
    const producer = kafka.producer();
    const connection = await createConnection({ uri: service.stack.endpoints.mysqlUrl ?? '' });
    try {
      await producer.connect();
      await api.order('twice', order(0));
      await written(0, 1);
      const [rows] = await connection.query('SELECT payload FROM outbox');
      const [{ payload }] = z.tuple([z.object({ payload: z.string() })]).parse(rows);
      await producer.send({
        topic: 'order.completed',
        messages: [
          { key: '1', value: payload },
          { key: '1', value: payload },
        ],
      });
      await api.order('after', order(0));
      await written(0, 2);

      expect(violated(await verify(service.stack, { coupons: 0, orders: 2 }))).toEqual([]);
    } finally {
      await producer.disconnect();
      await connection.end();
    }
  });
});

describe('a Redis that hangs', () => {
  it('is answered with 503, and used again when it is back', async () => {
    const pid = service.pidOf('redis');
    process.kill(pid, 'SIGSTOP');
    try {
      const answers = await inParallel(10, 10, (index) => api.takeCoupon(index + 1));
      expect(tally(answers)).toEqual({ STORE_UNAVAILABLE: 10 });
      expect(answers[0]?.headers.get('retry-after')).toBe('1');
      expect((await api.get('/health/live')).status).toBe(200);
      expect((await api.get('/health/ready')).status).toBe(503);
      // What does not need Redis goes on.
      expect((await api.order('no-redis', order(1))).status).toBe(201);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await eventually(async () => ((await api.takeCoupon(500)).status === 201 ? true : undefined));
    await eventually(async () => ((await api.get('/health/ready')).status === 200 ? true : undefined));
  });
});
