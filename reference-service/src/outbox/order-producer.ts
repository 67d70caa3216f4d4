import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import { orderTopic } from '../stores/kafka.ts';

export interface OrderMessage {
  readonly key: string;
  readonly value: string;
}

/** Kafka's acknowledged writes, in the order of the calls. */
export interface OrderProducer {
  /** Resolves when all replicas that are in sync have them. */
  send(messages: readonly OrderMessage[]): Promise<void>;
  close(): Promise<void>;
}

/** A producer that failed is replaced: its sequence numbers may no longer fit what the broker has seen. */
export function orderProducer(kafka: Kafka): OrderProducer {
  let producer: Producer | undefined;

  const connect = async (): Promise<Producer> => {
    const created = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await created.connect();
    return created;
  };
  const close = async (): Promise<void> => {
    const closing = producer;
    producer = undefined;
    await closing?.disconnect().catch(() => undefined);
  };

  return {
    send: async (messages) => {
      try {
        producer ??= await connect();
        await producer.send({ topic: orderTopic, acks: -1, messages: [...messages] });
      } catch (error) {
        await close();
        throw error;
      }
    },
    close,
  };
}
