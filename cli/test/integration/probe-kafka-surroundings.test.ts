import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  type Admin,
  type Consumer,
  Kafka,
  logLevel,
  ResourcePatternTypes,
} from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { failureText } from '../../src/probes/failure.ts';
import { type KafkaProbeOptions, kafkaProbe } from '../../src/probes/kafka.ts';
import type { Probe } from '../../src/probes/probe.ts';
import { type Clock, systemClock } from '../../src/system/clock.ts';
import { pollUntil } from '../../src/system/polling.ts';
import { type Certificate, selfSigned } from './probe-certificate.ts';
import { type BrokerPorts, startOwnKafka } from './probe-kafka-broker.ts';
import { findStores, openStoreRoom, type StoreRoom, skipWithout } from './probe-stores.ts';

const found = await findStores();

describe.skipIf(skipWithout('Kafka in strange surroundings', found.kafka !== null))('the Kafka probe', () => {
  let room: StoreRoom;
  let certificate: Certificate;
  let ports: BrokerPorts;
  let kafka: Kafka;
  let admin: Admin;
  let consumer: Consumer | undefined;
  const probes: Probe[] = [];

  beforeAll(async () => {
    [room, certificate] = await Promise.all([openStoreRoom(found), selfSigned()]);
    if (found.kafka === null) throw new Error('not installed');
    ports = await startOwnKafka(found.kafka, room, certificate);
    kafka = new Kafka({ brokers: [`127.0.0.1:${ports.plain}`], logLevel: logLevel.NOTHING });
    admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({
      topics: ['orders', 'stock', 'secret'].map((topic) => ({ topic })),
      waitForLeaders: true,
    });
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic: 'orders', messages: [{ value: '1' }, { value: '2' }, { value: '3' }] });
    await producer.disconnect();
    await commit('points', 'orders', 1);
  });
  afterEach(() => Promise.all(probes.splice(0).map((probe) => probe.close())));
  afterAll(async () => {
    await consumer?.disconnect();
    await admin?.disconnect();
    await room?.end();
    certificate?.remove();
  });

  /** A group that has read so far, without a member. kafkajs' own `setOffsets` takes five seconds. */
  async function commit(groupId: string, topic: string, offset: number): Promise<void> {
    const member = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
    await member.connect();
    await member.subscribe({ topics: [topic] });
    // Before its first fetch it commits where it begins.
    const fetched = new Promise((resolve) => member.on(member.events.FETCH, resolve));
    await member.run({ autoCommit: false, eachMessage: async () => undefined });
    await fetched;
    await member.commitOffsets([{ topic, partition: 0, offset: String(offset) }]);
    await member.disconnect();
  }

  function probeOf(options: Partial<KafkaProbeOptions> = {}, port = ports.plain): Probe {
    const probe = kafkaProbe({ brokers: [`127.0.0.1:${port}`], clock: systemClock, ...options });
    probes.push(probe);
    return probe;
  }

  const read = (probe: Probe) => probe.read(AbortSignal.timeout(5_000));
  /** What the failed sample says. */
  const failure = (port: number) =>
    read(probeOf({ groups: [{ group: 'points', topic: 'orders' }] }, port)).then(() => 'it read', failureText);

  it('names both addresses when the advertised one leads nowhere', async () => {
    expect(await failure(ports.elsewhere)).toBe(
      `Kafka at 127.0.0.1:${ports.elsewhere} answers, but advertises 127.0.0.1:${ports.nowhere}, where nobody answers from ` +
        `here (connect ECONNREFUSED 127.0.0.1:${ports.nowhere}): ` +
        'give advertised.listeners an address that this machine reaches',
    );
    expect(await failure(ports.nowhere)).toContain(`connect ECONNREFUSED 127.0.0.1:${ports.nowhere}`);
  });

  it('says that a listener demands SASL, and by which mechanism, or TLS', async () => {
    expect(await failure(ports.sasl)).toContain(`Kafka at 127.0.0.1:${ports.sasl} demands SASL (PLAIN)`);
    expect(await failure(ports.tls)).toContain(`Kafka at 127.0.0.1:${ports.tls} demands TLS`);
  });

  it('names a group and a topic that do not exist, and reads the end of the topics and the other groups', async () => {
    const probe = probeOf({
      groups: [
        { group: 'points', topic: 'orders' },
        { group: 'pionts', topic: 'orders' },
        { group: 'points', topic: 'oders' },
      ],
    });
    const values = await read(probe);
    expect(values).toMatchObject({
      'kafka_end_offset{topic:orders}': 3,
      'kafka_consumer_lag{group:points,topic:orders}': 2,
      'kafka_consumer_lag{group:pionts,topic:orders}': 3,
      'kafka_group_members{group:points}': 0,
    });
    expect(Object.keys(values).filter((key) => /members.*pionts|committed.*pionts|oders/.test(key))).toEqual([]);
    expect(probe.notes()).toEqual(
      expect.arrayContaining([
        'consumer group pionts does not exist, so that all records wait for it: check its name; there are points',
        'topic oders does not exist, nothing of it is recorded: check its name, or create it',
      ]),
    );
  });

  it('leaves out what it may not ask about, and reads the rest', async () => {
    await deny(AclResourceTypes.TOPIC);
    await deny(AclResourceTypes.GROUP);
    const probe = probeOf({
      groups: [
        { group: 'secret', topic: 'orders' },
        { group: 'points', topic: 'secret' },
        { group: 'points', topic: 'orders' },
      ],
    });
    const values = await read(probe);
    expect(values).toMatchObject({ 'kafka_consumer_lag{group:points,topic:orders}': 2 });
    expect(Object.keys(values).filter((key) => key.includes('secret'))).toEqual([]);
    expect(probe.notes()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^group secret: its coordinator is not found.*an ACL denies DESCRIBE$/),
        expect.stringMatching(/^topic secret: .*an ACL that allows DESCRIBE brings it$/),
      ]),
    );
  });

  describe('without a group to watch', () => {
    it('finds those of the broker by what they committed and by what their members read', async () => {
      consumer = kafka.consumer({ groupId: 'fresh', maxWaitTimeInMs: 200 });
      await consumer.connect();
      await consumer.subscribe({ topics: ['stock'] });
      await consumer.run({ autoCommit: false, eachMessage: async () => undefined });
      expect(await untilRead(() => probeOf(), 'kafka_group_members{group:fresh}', 1)).toMatchObject({
        'kafka_consumer_lag{group:points,topic:orders}': 2,
        'kafka_consumer_lag{group:fresh,topic:stock}': 0,
      });
    });

    it('looks again after ten seconds', async () => {
      let skipped = 0;
      const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + skipped };
      const probe = probeOf({ clock });
      await read(probe);
      await commit('late', 'stock', 0);
      expect(await read(probe)).not.toHaveProperty(['kafka_consumer_lag{group:late,topic:stock}']);
      skipped += 10_000;
      expect(await read(probe)).toHaveProperty(['kafka_consumer_lag{group:late,topic:stock}'], 0);
    });

    it('goes on with the others when a topic of one is gone', async () => {
      await admin.createTopics({ topics: [{ topic: 'brief' }], waitForLeaders: true });
      await commit('brief-reader', 'brief', 0);
      const probe = probeOf();
      expect(await read(probe)).toHaveProperty(['kafka_end_offset{topic:brief}']);
      await admin.deleteTopics({ topics: ['brief'] });
      await untilRead(() => probe, 'kafka_end_offset{topic:brief}', undefined);
      expect(probe.notes().join()).toContain('topic brief does not exist');
      expect(await read(probe)).toMatchObject({ 'kafka_consumer_lag{group:points,topic:orders}': 2 });
      await admin.deleteGroups(['brief-reader']);
    });

    it('records twenty, and says how many there are', async () => {
      await Promise.all(
        Array.from({ length: 22 }, (_, n) => commit(`crowd-${String(n).padStart(2, '0')}`, 'stock', 0)),
      );
      const probe = probeOf();
      const groups = Object.keys(await read(probe)).filter((key) => key.startsWith('kafka_group_members'));
      expect(groups).toHaveLength(20);
      expect(probe.notes().join()).toMatch(/\d+ of \d+ consumer groups are not recorded, the first 20 by name are/);
    });
  });

  async function deny(resourceType: AclResourceTypes): Promise<void> {
    await admin.createAcls({
      acl: [
        {
          resourceType,
          resourceName: 'secret',
          resourcePatternType: ResourcePatternTypes.LITERAL,
          principal: 'User:ANONYMOUS',
          host: '*',
          operation: AclOperationTypes.ALL,
          permissionType: AclPermissionTypes.DENY,
        },
      ],
    });
  }

  async function untilRead(probe: () => Probe, key: string, expected: number | undefined) {
    const look = async () => {
      const values = await read(probe());
      return values[key] === expected ? values : undefined;
    };
    const result = await pollUntil(look, { clock: systemClock, timeoutMs: 30_000, intervalMs: 200 });
    return result.timedOut ? result.lastError : result.value;
  }
});
