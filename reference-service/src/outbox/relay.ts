import type { CalmLog } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Session } from '../stores/mysql.ts';
import { startLoop, type WorkerPart } from '../worker-loop.ts';
import type { OrderProducer } from './order-producer.ts';
import { markSent, readPending } from './outbox-table.ts';
import type { RelayLease } from './relay-lease.ts';

export interface RelayParts {
  readonly lease: RelayLease;
  readonly producer: OrderProducer;
  readonly metrics: Metrics;
  readonly log: CalmLog;
  readonly batchSize: number;
  readonly pollMs: number;
}

const standbyMs = 1_000;

/**
 * Outbox → Kafka, at least once: marked as sent after Kafka has acknowledged. A worker that dies in between leaves
 * rows that are sent again; who consumes them must tell by the event's id.
 */
export function startRelay({ lease, producer, metrics, log, batchSize, pollMs }: RelayParts): WorkerPart {
  const publish = async (session: Session): Promise<number> => {
    const events = await readPending(session, batchSize);
    if (events.length === 0) return 0;
    await producer.send(events.map(({ user_id, payload }) => ({ key: String(user_id), value: payload })));
    await markSent(session, events);
    metrics.outboxPublished.inc(events.length);
    return events.length;
  };

  const loop = startLoop('outbox-relay', log, async () => {
    const published = await lease.run(publish);
    if (published === undefined) return standbyMs;
    return published === batchSize ? 0 : pollMs;
  });
  return {
    name: 'outbox-relay',
    check: async () => {
      if (loop.failure !== undefined) throw loop.failure;
    },
    stop: async () => {
      await loop.stop();
      lease.release();
      await producer.close();
    },
  };
}
