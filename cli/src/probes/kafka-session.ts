import type { Socket } from 'node:net';
import { connect as connectSocket } from 'node:net';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import type { Clock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';

export interface KafkaSession {
  readonly admin: Admin;
  /** Metadata requests that were answered so far. */
  readonly metadataRequests: () => number;
  /** Ends all connections at once. */
  readonly cut: () => void;
}

export function openSession(brokers: readonly string[], timeoutMs: number): KafkaSession {
  const sockets = new Set<Socket>();
  const kafka = new Kafka({
    clientId: 'loadkit-probe',
    brokers: [...brokers],
    // Leaves time for the second address, and to find out why nobody answered.
    connectionTimeout: timeoutMs / 2,
    requestTimeout: timeoutMs,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
    // kafkajs has no way to end a request that hangs: its sockets are kept at hand and destroyed.
    socketFactory: ({ host, port, onConnect }) => {
      const socket = connectSocket({ host, port }, onConnect);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return socket;
    },
  });
  const admin = kafka.admin();
  let answered = 0;
  admin.on(admin.events.REQUEST, ({ payload }) => {
    if (payload.apiName === 'Metadata') answered += 1;
  });
  return {
    admin,
    metadataRequests: () => answered,
    cut: () => {
      for (const socket of sockets) socket.destroy(new Error('the probe gave up'));
      admin.disconnect().catch(() => undefined);
    },
  };
}

/** Mean round trip of a Metadata request in milliseconds: `describeCluster` sends one or two, one after the other. */
export async function timeMetadata(session: KafkaSession, clock: Clock): Promise<number> {
  const answeredBefore = session.metadataRequests();
  const before = clock.monotonic();
  try {
    await session.admin.describeCluster();
  } catch (error) {
    // kafkajs reads from the answer that it did not get.
    throw error instanceof TypeError ? new LoadkitError('kafka-silent', 'no broker answered Metadata') : error;
  }
  return (clock.monotonic() - before) / Math.max(1, session.metadataRequests() - answeredBefore);
}
