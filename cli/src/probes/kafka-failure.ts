import { LoadkitError, messageOf } from '../system/error.ts';
import { firstAnswer, isOpen, type PortAddress, speaksTls } from './port-look.ts';

/** The error and what caused it, outermost first. */
function* chain(error: unknown): Generator<Error> {
  for (let link = error; link instanceof Error; link = link.cause === link ? undefined : link.cause) yield link;
}

function typeOf(error: Error): string {
  return 'type' in error ? String(error.type) : '';
}

export function isUnknownTopic(error: unknown): boolean {
  return [...chain(error)].some((link) => typeOf(link) === 'UNKNOWN_TOPIC_OR_PARTITION');
}

/** Why the broker, which answers, tells nothing of one group or topic; undefined for any other error. */
export function kafkaRefusal(error: unknown): string | undefined {
  const links = [...chain(error)];
  // kafkajs keeps to itself what the broker said to the question for a coordinator.
  if (links.some(({ name }) => name === 'KafkaJSGroupCoordinatorNotFound')) {
    return 'its coordinator is not found: the broker is still starting, or an ACL denies DESCRIBE';
  }
  const refusal = links.find((link) => typeOf(link).endsWith('_AUTHORIZATION_FAILED'));
  return refusal && `${messageOf(refusal)}; an ACL that allows DESCRIBE brings it`;
}

/**
 * Says what to do about a connection that was not made or broke: an advertised address that leads nowhere, TLS or SASL
 * that is demanded. It may look at the ports for that, each time for up to `timeoutMs`.
 */
export async function explainKafkaFailure(
  error: unknown,
  brokers: readonly string[],
  timeoutMs: number,
): Promise<unknown> {
  const broken = [...chain(error)].find((link) => 'broker' in link && typeof link.broker === 'string');
  if (broken === undefined) return error;
  const broker = 'broker' in broken ? String(broken.broker) : '';
  const failed = (text: string) => new LoadkitError('kafka-failed', text, { cause: error });
  const answering = await firstOpen(brokers, timeoutMs);
  if (answering === undefined) return error;
  if (!brokers.includes(broker)) {
    const why = messageOf(broken).replace(/^Connection error: /, '');
    return failed(
      `Kafka at ${answering} answers, but advertises ${broker}, where nobody answers from here (${why}): ` +
        'give advertised.listeners an address that this machine reaches',
    );
  }
  if (!/closed|ECONNRESET|EPIPE/i.test(messageOf(broken))) return error;
  if (await speaksTls(addressOf(broker), timeoutMs)) {
    return failed(
      `Kafka at ${broker} demands TLS, which loadkit does not speak with Kafka: name a listener in the clear`,
    );
  }
  const mechanisms = await saslMechanisms(addressOf(broker), timeoutMs);
  if (mechanisms.length === 0) return error;
  return failed(
    `Kafka at ${broker} demands SASL (${mechanisms.join(', ')}), which loadkit does not speak: name a listener without it`,
  );
}

async function firstOpen(brokers: readonly string[], timeoutMs: number): Promise<string | undefined> {
  const open = await Promise.all(brokers.map((broker) => isOpen(addressOf(broker), timeoutMs)));
  return brokers.find((_, index) => open[index]);
}

function addressOf(broker: string): PortAddress {
  const colon = broker.lastIndexOf(':');
  return { host: broker.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(broker.slice(colon + 1)) };
}

const saslHandshake = { apiKey: 17, version: 1, unsupportedMechanism: 33 } as const;

/**
 * Mechanisms of a listener that demands SASL: its answer to a handshake with one that nobody has. Empty for any other.
 * Kafka's protocol guide, SaslHandshake: size, key, version, correlation, client, mechanism → size, correlation, error, [mechanism].
 */
async function saslMechanisms(address: PortAddress, timeoutMs: number): Promise<string[]> {
  const question = Buffer.alloc(18);
  question.writeInt32BE(14, 0);
  question.writeInt16BE(saslHandshake.apiKey, 4);
  question.writeInt16BE(saslHandshake.version, 6);
  question.writeInt32BE(1, 8);
  question.writeInt16BE(-1, 12); // no client id
  question.writeInt16BE(2, 14);
  question.write('NO', 16);
  const answer = await firstAnswer(address, question, timeoutMs);
  if (answer === null || answer.length < 14) return [];
  if (answer.readInt16BE(8) !== saslHandshake.unsupportedMechanism) return [];
  const mechanisms: string[] = [];
  let at = 14;
  for (let left = answer.readInt32BE(10); left > 0 && at + 2 <= answer.length; left -= 1) {
    const length = answer.readInt16BE(at);
    mechanisms.push(answer.toString('utf8', at + 2, at + 2 + length));
    at += 2 + length;
  }
  return mechanisms;
}
