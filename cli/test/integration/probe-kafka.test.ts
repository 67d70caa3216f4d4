import { type Admin, type Consumer, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaProbe } from '../../src/probes/kafka.ts';
import type { Probe } from '../../src/probes/probe.ts';
import type { StartedStore } from '../../src/stack/start-context.ts';
import { systemClock } from '../../src/system/clock.ts';
import { pollUntil } from '../../src/system/polling.ts';
import { findStores, openStoreRoom, type StoreRoom, skipWithout } from './probe-stores.ts';

const found = await findStores();
const tags = '{group:points,topic:orders}';

describe.skipIf(skipWithout('Kafka probe', found.kafka !== null))('the Kafka probe', () => {
  let room: StoreRoom;
  let store: StartedStore;
  let admin: Admin;
  let producer: Producer;
  let consumer: Consumer;
  let probe: Probe;
  const read = (ms = 10_000) => probe.read(AbortSignal.timeout(ms));

  beforeAll(async () => {
    room = await openStoreRoom(found);
    store = await room.kafka();
    const brokers = [`127.0.0.1:${store.port}`];
    const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
    admin = kafka.admin();
    producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    consumer = kafka.consumer({ groupId: 'points', maxWaitTimeInMs: 200 });
    await Promise.all([admin.connect(), producer.connect()]);
    probe = kafkaProbe({ brokers, clock: systemClock, groups: [{ group: 'points', topic: 'orders' }] });
  });

  afterAll(async () => {
    await probe?.close();
    await Promise.allSettled([consumer?.disconnect(), producer?.disconnect(), admin?.disconnect()]);
    await room?.end();
  });

  it('reads nothing of a topic that does not exist, says so, and does not create it', async () => {
    // The first question after a start makes the broker set up its coordinator.
    expect(Object.keys((await untilRead(() => true)) ?? {})).toEqual(['kafka_metadata_ms']);
    expect(probe.notes()).toContain(
      'topic orders does not exist, nothing of it is recorded: check its name, or create it',
    );
    expect(await admin.listTopics()).not.toContain('orders');
  });

  it('counts every record of all partitions as lag while there is no such group', async () => {
    await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 3 }], waitForLeaders: true });
    expect(await untilRead((values) => values[`kafka_consumer_lag${tags}`] === 0)).toBeDefined();
    await produce(30);
    const values = await read();
    expect(values).toMatchObject({
      [`kafka_consumer_lag${tags}`]: 30,
      'kafka_end_offset{topic:orders}': 30,
    });
    expect(values).not.toHaveProperty([`kafka_committed_offset${tags}`]);
    expect(values).not.toHaveProperty(['kafka_group_members{group:points}']);
    expect(values[`kafka_consumer_time_lag_ms${tags}`]).toBeGreaterThan(0);
    expect(probe.notes()).toEqual([expect.stringMatching(/^consumer group points does not exist, .* there is none$/)]);
  });

  it('joins committed offsets and end offsets by partition', async () => {
    await admin.setOffsets({
      groupId: 'points',
      topic: 'orders',
      partitions: [
        { partition: 2, offset: '1' },
        { partition: 0, offset: '10' },
        { partition: 1, offset: '10' },
      ],
    });
    expect(await read()).toMatchObject({ [`kafka_consumer_lag${tags}`]: 9, [`kafka_committed_offset${tags}`]: 21 });
    expect(probe.notes()).toEqual([]);
  });

  it('sees a consumer come and the lag go', async () => {
    await consumer.connect();
    await consumer.subscribe({ topic: 'orders' });
    await consumer.run({ eachMessage: async () => undefined });
    expect(await untilRead((values) => values[`kafka_consumer_lag${tags}`] === 0)).toMatchObject({
      [`kafka_committed_offset${tags}`]: 30,
      [`kafka_consumer_time_lag_ms${tags}`]: 0,
      'kafka_group_members{group:points}': 1,
    });
  });

  it('grows older while the consumer stands', async () => {
    await consumer.disconnect();
    await produce(3);
    const first = await read();
    const second = await untilRead(
      (values) =>
        (values[`kafka_consumer_time_lag_ms${tags}`] ?? 0) > (first[`kafka_consumer_time_lag_ms${tags}`] ?? 0),
    );
    expect(second).toMatchObject({ [`kafka_consumer_lag${tags}`]: 3 });
  });

  it('gives up a reading when the broker stands still, and reads again when it goes on', async () => {
    await store.process.kill('SIGSTOP');
    await expect(read(300)).rejects.toThrow();
    await expect(read(300)).rejects.toThrow();
    await store.process.kill('SIGCONT');
    expect(await untilRead(() => true)).toMatchObject({ [`kafka_consumer_lag${tags}`]: 3 });
  });

  it('fails when a topic that was there is gone, instead of reading it as empty', async () => {
    await admin.deleteTopics({ topics: ['orders'] });
    await expect(untilRead((values) => values[`kafka_consumer_lag${tags}`] === 0, 3_000)).resolves.toBeUndefined();
    await expect(read()).rejects.toThrow('orders');
  });

  it('fails when the broker is gone', async () => {
    await store.process.stop({ graceMs: 0 });
    await expect(read()).rejects.toThrow();
    await expect(read()).rejects.toThrow('ECONNREFUSED');
  });

  async function produce(count: number): Promise<void> {
    const messages = Array.from({ length: count }, (_, n) => ({ partition: n % 3, value: String(n) }));
    await producer.send({ topic: 'orders', messages });
  }

  async function untilRead(condition: (values: Record<string, number>) => boolean, timeoutMs = 20_000) {
    const result = await pollUntil(
      async () => {
        const values = await read();
        return condition(values) ? values : undefined;
      },
      { clock: systemClock, timeoutMs, intervalMs: 100 },
    );
    return result.timedOut ? undefined : result.value;
  }
});
