import { describe, expect, it } from 'vitest';
import { waitForDrain, watchBacklog } from '../../../src/probes/drain.ts';
import type { SampleLine } from '../../../src/record/series.ts';
import { handClock } from './hand-clock.ts';

const end = 1_700_000_000_300;
const second = (n: number) => 1_700_000_000_000 + n * 1000;
const lag = 'kafka_consumer_lag{group:g,topic:t}';
const outbox = 'outbox_pending_rows';

function ok(n: number, values: Record<string, number>): SampleLine {
  return { kind: 'sample', t: second(n), probe: 'p', outcome: 'ok', tookMs: 1, values };
}

function failed(n: number): SampleLine {
  return { kind: 'sample', t: second(n), probe: 'p', outcome: 'failed', tookMs: 1, error: 'gone' };
}

/** Seconds from the end of the load until the backlog counted as empty; null when it never did. */
function emptyAfter(selectors: readonly string[], lines: readonly SampleLine[]): number | null {
  const backlog = watchBacklog(selectors);
  for (const line of lines) backlog.observe(line);
  const at = backlog.emptySince(end);
  return at === null ? null : at - end;
}

describe('a backlog', () => {
  it('is empty from the first of two seconds in a row with zeros', () => {
    const lines = [ok(1, { [lag]: 3 }), ok(2, { [lag]: 0 }), ok(3, { [lag]: 0 })];
    expect(emptyAfter(['kafka_consumer_lag'], lines)).toBe(second(2) - end);
  });

  it('is not empty after one zero, nor after zeros with a gap between them', () => {
    expect(emptyAfter(['kafka_consumer_lag'], [ok(1, { [lag]: 0 })])).toBeNull();
    expect(emptyAfter(['kafka_consumer_lag'], [ok(1, { [lag]: 0 }), failed(2), ok(3, { [lag]: 0 })])).toBeNull();
  });

  it('does not count readings from before the end of the load', () => {
    expect(
      emptyAfter(['kafka_consumer_lag'], [ok(-1, { [lag]: 0 }), ok(0, { [lag]: 0 }), ok(1, { [lag]: 0 })]),
    ).toBeNull();
  });

  it('is not empty while a metric has never been read', () => {
    const lines = [ok(1, { [lag]: 0 }), ok(2, { [lag]: 0 })];
    expect(emptyAfter(['kafka_consumer_lag', outbox], lines)).toBeNull();
  });

  it('is not empty when a series of it is missing in that second', () => {
    const other = 'kafka_consumer_lag{group:other,topic:t}';
    const lines = [ok(0, { [lag]: 1, [other]: 1 }), ok(1, { [lag]: 0 }), ok(2, { [lag]: 0 })];
    expect(emptyAfter(['kafka_consumer_lag'], lines)).toBeNull();
    expect(emptyAfter(['kafka_consumer_lag{group:g}'], lines)).toBe(second(1) - end);
  });

  it('needs the zeros of all metrics in the same seconds', () => {
    const moving = [
      ok(1, { [outbox]: 1, [lag]: 0 }),
      ok(2, { [outbox]: 0, [lag]: 0 }),
      ok(3, { [outbox]: 0, [lag]: 1 }),
    ];
    expect(emptyAfter([outbox, 'kafka_consumer_lag'], moving)).toBeNull();
    const still = [...moving, ok(4, { [outbox]: 0, [lag]: 0 }), ok(5, { [outbox]: 0, [lag]: 0 })];
    expect(emptyAfter([outbox, 'kafka_consumer_lag'], still)).toBe(second(4) - end);
  });
});

describe('waiting for the drain', () => {
  const waiting = (selectors: readonly string[], signal = new AbortController().signal) => {
    const clock = handClock(end);
    const backlog = watchBacklog(selectors);
    return { clock, backlog, drain: waitForDrain({ backlog, since: end, limitMs: 5_000, clock, signal }) };
  };

  it('ends as soon as the samples say so', async () => {
    const { clock, backlog, drain } = waiting([outbox]);
    for (const [n, rows] of [9, 4, 0, 0].entries()) {
      await clock.advance(1_000);
      backlog.observe(ok(n + 1, { [outbox]: rows }));
    }
    await clock.advance(100);
    expect(await drain).toEqual({ drained: true, tookMs: second(3) - end, limitMs: 5_000, left: { [outbox]: 0 } });
  });

  it('gives up at the limit and tells what was left', async () => {
    const { clock, backlog, drain } = waiting([outbox]);
    await clock.advance(1_000);
    backlog.observe(ok(1, { [outbox]: 9 }));
    await clock.advance(6_000);
    expect(await drain).toEqual({ drained: false, tookMs: 5_000, limitMs: 5_000, left: { [outbox]: 9 } });
  });

  it('is not drained when nothing could be read', async () => {
    const { clock, backlog, drain } = waiting([outbox]);
    await clock.advance(2_000);
    backlog.observe(failed(1));
    backlog.observe(failed(2));
    await clock.advance(4_000);
    expect(await drain).toMatchObject({ drained: false, left: {} });
  });

  it('ends without waiting when there is no backlog to watch', async () => {
    expect(await waiting([]).drain).toMatchObject({ drained: true, tookMs: 0 });
  });

  it('ends as not drained when it is interrupted', async () => {
    const controller = new AbortController();
    const { clock, drain } = waiting([outbox], controller.signal);
    await clock.advance(1_000);
    controller.abort();
    expect(await drain).toMatchObject({ drained: false, tookMs: 1_000 });
  });
});
