import { parseMetricKey } from '../record/metric-key.ts';
import { wilsonUpper } from '../stats/wilson.ts';
import { createLimitSignal, type LimitSignal } from './limit-signal.ts';
import { seriesFinder } from './reading.ts';
import type { Stream } from './stream.ts';

const name = 'lock-no-expiry';
const noExpiry = -1;
const leastInARow = 3;
/** Chance that a row of that length comes from holders in turn. */
const chance = 1e-5;
const mostUsualShare = 0.5;

/**
 * A lock without expiry that is seen in one reading after the other: its holder may be gone. Where all locks are taken that
 * way it is seen now and then anyway, and the row must be longer than chance makes one; a lock that is held most of
 * the time hides an orphan.
 */
export function lockExpiryStream(): Stream {
  const find = seriesFinder(parseMetricKey('redis_lock_ttl_ms'));
  const inARow = new Map<string, number>();
  const seen = new Map<string, number>();
  let samples = 0;
  let signal: LimitSignal | null = null;
  return {
    name,
    observe: (reading) => {
      if (reading.kind !== 'probe' || reading.probe !== 'redis' || reading.values === null) return [];
      const held = new Set(find(reading).flatMap(([key, ttl]) => (ttl === noExpiry ? [key] : [])));
      for (const key of inARow.keys()) if (!held.has(key)) inARow.delete(key);
      for (const key of held) inARow.set(key, (inARow.get(key) ?? 0) + 1);
      if (signal !== null) return signal.judge(reading.t, Math.max(0, ...inARow.values()));
      samples += 1;
      for (const key of held) seen.set(key, (seen.get(key) ?? 0) + 1);
      return [];
    },
    begin: () => {
      seen.clear();
      inARow.clear();
      samples = 0;
    },
    calibrate: () => {
      const most = Math.max(0, ...seen.values());
      const share = most === 0 ? 0 : wilsonUpper(most, samples);
      if (share > mostUsualShare) return null;
      const row = share === 0 ? 0 : Math.ceil(Math.log(chance) / Math.log(share));
      signal = createLimitSignal(name, Math.max(leastInARow, row), samples);
      return { signal: signal.signal };
    },
    values: () => signal?.values() ?? {},
  };
}
