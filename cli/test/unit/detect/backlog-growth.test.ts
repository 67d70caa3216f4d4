import { describe, expect, it } from 'vitest';
import { order, watchBuilt } from './built-watch.ts';

const key = 'outbox_pending_rows';
const waiting = (rows: number | null) => ({ good: 100, inFlight: 2, redis: rows === null ? null : { [key]: rows } });

function watching() {
  const watched = watchBuilt({ watch: { ...order.watch, backlog: [key] }, freshnessMs: 60_000 });
  watched.calibrate(waiting(10));
  return watched;
}

describe('a backlog that grows without a break', () => {
  it('alarms after five seconds, long before anything has waited for too long', () => {
    const watched = watching();
    for (let n = 1; n <= 4; n += 1) watched.pass(1, waiting(10 + 100 * n));
    expect(watched.alarms()).toEqual([]);
    watched.pass(1, waiting(510));
    expect(watched.alarms()).toMatchObject([
      { signal: `backlog-growth:${key}`, rule: 'limit', value: 5_000, limit: 5_000 },
    ]);
  });

  it('does so too where a reading in between failed', () => {
    const watched = watching();
    for (const rows of [110, 210, null, 410, 510]) watched.pass(1, waiting(rows));
    expect(watched.alarms()).toHaveLength(1);
  });

  it('does not while it is no more than what normal load brings', () => {
    const watched = watching();
    for (let n = 1; n <= 20; n += 1) watched.pass(1, waiting(10 + n));
    expect(watched.alarms()).toEqual([]);
  });

  it('does not where it comes down in between, however high it was', () => {
    const watched = watching();
    for (let n = 0; n < 10; n += 1) for (const rows of [500, 600, 700, 800, 400]) watched.pass(1, waiting(rows));
    expect(watched.alarms()).toEqual([]);
  });
});
