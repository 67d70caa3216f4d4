import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { CalmLog } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { type OrderEvent, orderEventSchema } from '../outbox/order-event.ts';
import { type DeadLetter, storeDeadLetters } from '../stores/dead-letter.ts';
import { StoreFailure } from '../stores/failure.ts';
import { accrualGroup, orderTopic } from '../stores/kafka.ts';
import type { Mysql } from '../stores/mysql.ts';
import { mysqlErrorKind } from '../stores/mysql-error.ts';
import { pause, startLoop, type WorkerPart } from '../worker-loop.ts';
import { accruePoints } from './ledger.ts';

export interface AccrualParts {
  readonly kafka: Kafka;
  readonly mysql: Mysql;
  readonly metrics: Metrics;
  readonly log: CalmLog;
  readonly settings: AccrualSettings;
  /** Calls `listener` after each change of the settings, until the function that it returns is called. */
  readonly onSettingsChange: (listener: () => void) => () => void;
}

/** They may change at any time. */
export interface AccrualSettings {
  readonly batchSize: number;
  /** Partitions whose events become points at the same time, each in a transaction of its own. */
  readonly concurrency: number;
  /** When the offsets of a batch are committed. `before` it is processed is wrong on purpose: a worker that dies in between has lost it. */
  readonly commit: 'after' | 'before';
  /** Whether an event that was seen is passed over. */
  readonly inbox: boolean;
  /** Pause after the first of the two, processing and commit. */
  readonly delayMs: number;
  /** Nothing is fetched, by a consumer that stays in its group. */
  readonly paused: boolean;
}

const retryPauseMs = 200;
const joinTimeoutMs = 15_000;
/** Longest time without a heartbeat. */
const quietMs = 1_000;

/** Kafka → points. Offsets are committed after the transaction; an event that comes again is known by the inbox. */
export function startAccrual(parts: AccrualParts): WorkerPart {
  const { kafka, log, settings, onSettingsChange } = parts;
  const notJoined = new Error('not in the consumer group yet');
  let failure: Error | undefined = notJoined;

  // One turn is one life of a consumer: it ends when the client gives up or its concurrency changes, and the next one begins.
  const loop = startLoop('point-accrual', log, async (stopping) => {
    failure = notJoined;
    const { concurrency } = settings;
    const outdated = new AbortController();
    const signal = AbortSignal.any([stopping, outdated.signal]);
    const consumer = kafka.consumer({
      groupId: accrualGroup,
      allowAutoTopicCreation: false,
      // The least that brokers allow by default: so long the partitions of a dead worker wait.
      sessionTimeout: 6_000,
      heartbeatInterval: 1_000,
      // Short, because a stop waits for the fetch that is under way.
      maxWaitTimeInMs: 250,
      // Our own loop starts it again.
      retry: { retries: 5, restartOnFailure: async () => false },
    });
    const ended = endOf(consumer, signal, () => {
      failure = undefined;
    });
    const follow = (): void => {
      if (settings.paused) consumer.pause([{ topic: orderTopic }]);
      else consumer.resume([{ topic: orderTopic }]);
      if (settings.concurrency !== concurrency) outdated.abort();
    };
    let unfollow = (): void => undefined;
    try {
      await consumer.connect();
      await consumer.subscribe({ topic: orderTopic, fromBeginning: true });
      await consumer.run({
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: concurrency,
        eachBatch: (payload) => processBatch(parts, payload, signal),
      });
      unfollow = onSettingsChange(follow);
      follow();
      await ended;
    } finally {
      unfollow();
      if (!stopping.aborted) failure = notJoined;
      await consumer.disconnect().catch((error: unknown) => log.error('point-accrual disconnect', error));
    }
    return 0;
  });

  return {
    name: 'point-accrual',
    check: async () => {
      if (failure !== undefined) throw failure;
    },
    stop: () => loop.stop(),
  };
}

/** Resolves at the signal, rejects when the consumer gave up or never got into its group. */
function endOf(consumer: Consumer, signal: AbortSignal, onJoined: () => void): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no group within ${joinTimeoutMs} ms`)), joinTimeoutMs);
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      settle();
    };
    consumer.on(consumer.events.GROUP_JOIN, () => end(onJoined));
    consumer.on(consumer.events.CRASH, ({ payload }) => end(() => reject(payload.error)));
    if (signal.aborted) end(resolve);
    signal.addEventListener('abort', () => end(resolve), { once: true });
  });
  ended.catch(() => undefined); // nobody may be waiting for it yet
  return ended;
}

async function processBatch(parts: AccrualParts, payload: EachBatchPayload, signal: AbortSignal): Promise<void> {
  const { heartbeat, commitOffsetsIfNecessary, isRunning, isStale } = payload;
  const { messages } = payload.batch;
  const { settings } = parts;
  let from = 0;
  while (from < messages.length) {
    if (!isRunning() || isStale() || signal.aborted || settings.paused) return;
    const chunk = messages.slice(from, from + settings.batchSize);
    if (!(await processChunk(parts, chunk, payload, signal))) return;
    from += chunk.length;
    await heartbeat();
  }
  await commitOffsetsIfNecessary();
}

/** False when it was asked to stop before the points were written. */
async function processChunk(
  parts: AccrualParts,
  chunk: readonly KafkaMessage[],
  payload: EachBatchPayload,
  signal: AbortSignal,
): Promise<boolean> {
  const { resolveOffset, commitOffsetsIfNecessary, uncommittedOffsets } = payload;
  const { settings } = parts;
  const resolve = (): void => {
    const last = chunk.at(-1);
    if (last !== undefined) resolveOffset(last.offset);
  };
  if (settings.commit === 'before') {
    resolve();
    await commitOffsetsIfNecessary(uncommittedOffsets());
    await lingerWithHeartbeats(settings, payload, signal);
    return accrue(parts, chunk, payload, signal);
  }
  if (!(await accrue(parts, chunk, payload, signal))) return false;
  await lingerWithHeartbeats(settings, payload, signal);
  resolve();
  return true;
}

/** Also one that has begun is over soon after the setting is taken back. */
async function lingerWithHeartbeats(
  settings: AccrualSettings,
  { heartbeat, isRunning, isStale }: EachBatchPayload,
  signal: AbortSignal,
): Promise<void> {
  let waitedMs = 0;
  while (waitedMs < settings.delayMs && isRunning() && !isStale() && !signal.aborted) {
    const stepMs = Math.min(settings.delayMs - waitedMs, quietMs);
    await pause(stepMs, signal);
    waitedMs += stepMs;
    await heartbeat();
  }
}

/** Tries until it is done, with heartbeats in between; false when it was asked to stop first. */
async function accrue(
  { mysql, metrics, log, settings }: AccrualParts,
  messages: readonly KafkaMessage[],
  { batch, heartbeat, isRunning, isStale }: EachBatchPayload,
  signal: AbortSignal,
): Promise<boolean> {
  const { events, broken } = decodeMessages(batch.partition, messages);
  while (isRunning() && !isStale() && !signal.aborted) {
    try {
      const accrued = await mysql.transaction(async (session) => {
        await storeDeadLetters(session, broken);
        return accruePoints(session, events, settings.inbox);
      });
      metrics.pointsAccrued.inc(accrued);
      metrics.pointsSkipped.inc(events.length - accrued);
      if (broken.length > 0) metrics.deadLetters.inc({ source: orderTopic }, broken.length);
      return true;
    } catch (error) {
      // A duplicate: another consumer was quicker, the next try will see what it did.
      const passing = error instanceof StoreFailure || mysqlErrorKind(error) !== 'statement';
      log.error(passing ? 'point-accrual retries' : 'point-accrual is stuck', error);
      await pause(retryPauseMs, signal);
      await heartbeat();
    }
  }
  return false;
}

export function decodeMessages(
  partition: number,
  messages: readonly Pick<KafkaMessage, 'offset' | 'value'>[],
): { events: OrderEvent[]; broken: DeadLetter[] } {
  const events: OrderEvent[] = [];
  const broken: DeadLetter[] = [];
  for (const { offset, value } of messages) {
    const text = value?.toString() ?? '';
    try {
      events.push(orderEventSchema.parse(JSON.parse(text)));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      broken.push({ source: orderTopic, sourceId: `${partition}:${offset}`, content: text, reason });
    }
  }
  return { events, broken };
}
