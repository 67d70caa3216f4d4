import type { Part } from '../record/run-record.ts';
import { messageOf } from '../system/error.ts';
import { withTimeout } from '../system/polling.ts';
import { maskSecrets } from '../system/secret.ts';
import { describeKafka } from './external-kafka.ts';
import { describeMysql } from './external-mysql.ts';
import { describeRedis } from './external-redis.ts';
import type { StackEndpoints, StoreName } from './stack.ts';

/** What a store says of itself over its own protocol, as far as the account may ask. */
export type StoreAnswer = Pick<Part, 'product' | 'version' | 'settings'>;

/** A store that was named, and whether it answered. */
export type ExternalStore = { readonly name: StoreName; readonly addresses: readonly string[] } & (
  | { readonly answer: StoreAnswer }
  | { readonly failure: string }
);

const timeoutMs = 5_000;

/** Asks every store that was named, at the same time. A store that does not answer is a result, not an error. */
export async function askStores(
  { redisUrl, mysqlUrl, kafkaBrokers }: Pick<StackEndpoints, 'redisUrl' | 'mysqlUrl' | 'kafkaBrokers'>,
  signal: AbortSignal,
): Promise<ExternalStore[]> {
  const ask = async (
    name: StoreName,
    addresses: readonly string[],
    question: (timeoutMs: number) => Promise<StoreAnswer>,
  ): Promise<ExternalStore> => {
    try {
      return { name, addresses, answer: await withTimeout(timeoutMs, () => question(timeoutMs), signal) };
    } catch (error) {
      signal.throwIfAborted();
      return { name, addresses, failure: failureOf(error) };
    }
  };
  return Promise.all([
    ...(redisUrl === null ? [] : [ask('redis', [hostPort(redisUrl, 6379)], (limit) => describeRedis(redisUrl, limit))]),
    ...(mysqlUrl === null ? [] : [ask('mysql', [hostPort(mysqlUrl, 3306)], (limit) => describeMysql(mysqlUrl, limit))]),
    ...(kafkaBrokers === null ? [] : [ask('kafka', kafkaBrokers, (limit) => describeKafka(kafkaBrokers, limit))]),
  ]);
}

/** `127.0.0.1:6379`, without credentials. */
export function hostPort(url: string, defaultPort: number): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port === '' ? defaultPort : port}`;
}

/** One line without credentials. An AggregateError (a name with several addresses) carries what happened inside. */
function failureOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return failureOf(error.errors[0]);
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  return maskSecrets(messageOf(error).split('\n')[0] ?? '').slice(0, 200) || 'no reason given';
}
