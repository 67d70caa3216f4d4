import { constants, type EventLoopUtilization, PerformanceObserver, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { Counter, collectDefaultMetrics, Gauge, Histogram, type LabelValues, Registry } from 'prom-client';
import { z } from 'zod';

export type Metrics = ReturnType<typeof createMetrics>;

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What `/metrics` shows; each process has a registry of its own. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  eventLoopUtilization(registers);
  heapAfterCollection(registers);
  return {
    registry,
    httpRequests: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the head of a request to the end of its answer.',
      labelNames: ['route', 'method', 'outcome'] as const,
      buckets: seconds,
      registers,
    }),
    httpInFlight: new Gauge({ name: 'http_requests_in_flight', help: 'Requests being answered.', registers }),
    httpShed: zeroed(
      new Counter({
        name: 'http_requests_shed_total',
        help: 'Requests turned away: too many in flight, too many a second, or the event loop too late.',
        labelNames: ['reason'] as const,
        registers,
      }),
      [{ reason: 'in-flight' }, { reason: 'rate' }, { reason: 'event-loop' }],
    ),
    mysqlPoolWait: new Histogram({
      name: 'mysql_pool_wait_seconds',
      help: 'Wait for a connection of the pool.',
      buckets: seconds,
      registers,
    }),
    orderRetries: new Counter({ name: 'order_deadlocks_total', help: 'Deadlocks met by orders.', registers }),
    couponLocks: zeroed(
      new Counter({
        name: 'coupon_lock_events_total',
        help: 'Locks of campaigns: acquired, busy for too long, lost before the write, left behind after it.',
        labelNames: ['event'] as const,
        registers,
      }),
      [{ event: 'acquired' }, { event: 'busy' }, { event: 'lost' }, { event: 'left' }],
    ),
    couponLockWait: new Histogram({
      name: 'coupon_lock_wait_seconds',
      help: 'Wait for the lock of a campaign, in vain or not.',
      buckets: seconds,
      registers,
    }),
    intakeWaiting: new Gauge({
      name: 'coupon_intake_waiting',
      help: 'Coupon requests that wait in the queue of INTAKE=queue.',
      registers,
    }),
    couponsWritten: new Counter({ name: 'coupon_rows_written_total', help: 'Stream entries written.', registers }),
    couponsClaimed: new Counter({
      name: 'coupon_entries_claimed_total',
      help: 'Taken over from dead workers.',
      registers,
    }),
    outboxPublished: new Counter({ name: 'outbox_published_total', help: 'Events acknowledged by Kafka.', registers }),
    pointsAccrued: new Counter({ name: 'points_accrued_total', help: 'Orders that became points.', registers }),
    pointsSkipped: new Counter({ name: 'points_repeated_total', help: 'Events that had been seen before.', registers }),
    deadLetters: new Counter({
      name: 'dead_letters_total',
      help: 'Entries that cannot be processed and were put aside.',
      labelNames: ['source'] as const,
      registers,
    }),
  };
}

/** A counter with labels has no sample before its first event: 0 must be told from unknown. */
function zeroed<T extends string>(counter: Counter<T>, labels: readonly LabelValues<T>[]): Counter<T> {
  for (const each of labels) counter.inc(each, 0);
  return counter;
}

export interface QueueReading {
  readonly depth: number;
  /** 0 when nothing waits. */
  readonly oldestAgeSeconds: number;
}

/** Asked once at each scrape. A queue that could not be read has no sample then, never a 0. */
export function watchQueues(registry: Registry, queues: Readonly<Record<string, () => Promise<QueueReading>>>): void {
  let reading: Promise<(QueueReading & { queue: string })[]> | undefined;
  const read = async () => {
    const asked = Object.entries(queues).map(async ([queue, ask]) => ({ queue, ...(await ask()) }));
    const answers = await Promise.allSettled(asked);
    reading = undefined;
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  };
  // Both gauges of a scrape share one reading: they are collected at the same moment.
  const gauge = (name: string, help: string, value: (reading: QueueReading) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['queue'] as const,
      registers: [registry],
      async collect() {
        reading ??= read();
        const answers = await reading;
        this.reset();
        for (const answer of answers) this.set({ queue: answer.queue }, value(answer));
      },
    });
  gauge('queue_depth', 'Entries that wait to be processed.', ({ depth }) => depth);
  gauge('queue_oldest_age_seconds', 'Age of the oldest entry that waits.', ({ oldestAgeSeconds }) => oldestAgeSeconds);
}

/** Has a sample only while settings are overridden: whoever overrode them sees his id here. */
export function watchOverride(registry: Registry, override: { readonly id: string | undefined }): void {
  new Gauge({
    name: 'settings_override',
    help: 'Overrides of the settings that are in force, by their id.',
    labelNames: ['id'] as const,
    registers: [registry],
    collect() {
      this.reset();
      if (override.id !== undefined) this.set({ id: override.id }, 1);
    },
  });
}

export function watchPool(registry: Registry, pool: { readonly inUse: number; readonly waiting: number }): void {
  const registers = [registry];
  new Gauge({
    name: 'mysql_pool_in_use',
    help: 'Connections in use.',
    registers,
    collect() {
      this.set(pool.inUse);
    },
  });
  new Gauge({
    name: 'mysql_pool_waiting',
    help: 'Callers that wait for a connection.',
    registers,
    collect() {
      this.set(pool.waiting);
    },
  });
}

function eventLoopUtilization(registers: Registry[]): void {
  let last: EventLoopUtilization = performance.eventLoopUtilization();
  new Gauge({
    name: 'nodejs_eventloop_utilization_ratio',
    help: 'Share of the time since the last scrape that the event loop was busy.',
    registers,
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, last).utilization);
      last = now;
    },
  });
}

/** What stays after a full collection is what is needed: near the limit the process is about to run out of memory. */
function heapAfterCollection(registers: Registry[]): void {
  const left = new Gauge({
    name: 'nodejs_heap_after_gc_bytes',
    help: 'Heap in use after the last full collection.',
    registers,
  });
  // Unknown before the first one, which is not 0.
  left.remove();
  const observer = new PerformanceObserver((entries) => {
    const kinds = entries.getEntries().map(kindOf);
    if (kinds.includes(constants.NODE_PERFORMANCE_GC_MAJOR)) left.set(getHeapStatistics().used_heap_size);
  });
  observer.observe({ entryTypes: ['gc'] });
}

const collection = z.object({ detail: z.object({ kind: z.number() }) });

function kindOf(entry: unknown): number | undefined {
  return collection.safeParse(entry).data?.detail.kind;
}
