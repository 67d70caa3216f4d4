import type { CalmLog } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Mysql } from '../stores/mysql.ts';
import { startLoop, type WorkerPart } from '../worker-loop.ts';
import { writeCoupons } from './issue-table.ts';
import { type IssuedStream, isMissingGroup } from './issued-stream.ts';
import { decodeEntries, type RawEntry } from './stream-entry.ts';

export interface WriterParts {
  readonly stream: IssuedStream;
  readonly mysql: Mysql;
  readonly metrics: Metrics;
  readonly log: CalmLog;
  readonly batchSize: number;
  /** Pause after a batch that was not full: more coupons for each commit. */
  readonly lingerMs: number;
  /** An entry that another worker has had for so long is taken over. */
  readonly claimIdleMs: number;
}

/** Short, so that a stop does not wait long. */
export const blockMs = 500;

const mendEveryMs = 1_000;

const firstCursor = '0-0';

/**
 * Stream → table. Acknowledged after the commit: a worker that dies in between leaves the entry to the next one, and
 * the table takes it once.
 */
export function startCouponWriter(parts: WriterParts): WorkerPart {
  const { stream, batchSize, lingerMs, claimIdleMs, metrics } = parts;
  // A batch that could not be written stays here and is the next one to be tried.
  let held: readonly RawEntry[] = [];
  let claimAt = 0;
  let cursor = firstCursor;
  let mendAt = 0;

  const claim = async (): Promise<RawEntry[]> => {
    const claimed = await stream.claim(batchSize, claimIdleMs, cursor);
    cursor = claimed.cursor;
    // Through the whole list without a pause, then again after a while.
    if (cursor === firstCursor) claimAt = performance.now() + Math.min(1_000, claimIdleMs);
    metrics.couponsClaimed.inc(claimed.entries.length);
    return claimed.entries;
  };

  /** Under load there is no turn without entries: a Redis that came back would show a lag that nobody has. */
  const mend = async (): Promise<void> => {
    if (performance.now() < mendAt) return;
    await stream.mendCount();
    mendAt = performance.now() + mendEveryMs;
  };

  const turn = async (): Promise<number> => {
    try {
      if (held.length === 0 && performance.now() >= claimAt) held = await claim();
      if (held.length === 0) held = await stream.next(batchSize, blockMs);
      await mend();
    } catch (error) {
      if (!isMissingGroup(error)) throw error;
      await stream.create();
      return 0;
    }
    if (held.length === 0) return 0;
    const isFull = held.length === batchSize;
    await write(parts, held);
    held = [];
    return isFull ? 0 : lingerMs;
  };

  const loop = startLoop('coupon-writer', parts.log, turn);
  return {
    name: 'coupon-writer',
    check: async () => {
      if (loop.failure !== undefined) throw loop.failure;
    },
    stop: async () => {
      await loop.stop();
      await stream.leave().catch(() => undefined);
    },
  };
}

async function write({ stream, mysql, metrics }: WriterParts, entries: readonly RawEntry[]): Promise<void> {
  const { coupons, broken } = decodeEntries(entries);
  const dead = await writeCoupons(mysql, coupons, broken);
  await stream.acknowledge(entries.map(([id]) => id));
  metrics.couponsWritten.inc(coupons.length);
  if (dead > 0) metrics.deadLetters.inc({ source: 'coupon:issued' }, dead);
}
