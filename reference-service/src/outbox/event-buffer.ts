import type { CalmLog } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { startLoop } from '../worker-loop.ts';
import type { OrderEvent } from './order-event.ts';
import type { OrderProducer } from './order-producer.ts';

export interface EventBufferParts {
  readonly producer: OrderProducer;
  /** Looked at each time: they may change. `eventLingerMs`: pause before what has gathered is sent. */
  readonly settings: { readonly eventLingerMs: number };
  readonly metrics: Pick<Metrics, 'outboxPublished'>;
  readonly log: CalmLog;
}

export interface EventBuffer {
  readonly add: (event: OrderEvent) => void;
  /** Sends what is left. */
  readonly close: () => Promise<void>;
}

/**
 * Wrong on purpose: events of committed orders wait in memory until they are sent, and a process that dies takes them
 * with it. Kafka never knew of them, so that no lag shows what is missing. The outbox is what it should be.
 */
export function startEventBuffer({ producer, settings, metrics, log }: EventBufferParts): EventBuffer {
  let waiting: OrderEvent[] = [];

  const publish = async (): Promise<void> => {
    const events = waiting;
    if (events.length === 0) return;
    waiting = [];
    try {
      await producer.send(events.map((event) => ({ key: String(event.userId), value: JSON.stringify(event) })));
    } catch (error) {
      waiting = [...events, ...waiting];
      throw error;
    }
    metrics.outboxPublished.inc(events.length);
  };

  const loop = startLoop('event-buffer', log, async () => {
    await publish();
    return settings.eventLingerMs;
  });
  return {
    add: (event) => void waiting.push(event),
    close: async () => {
      await loop.stop();
      try {
        await publish();
      } finally {
        await producer.close();
      }
    },
  };
}
