import { describe, expect, it } from 'vitest';
import { drain } from '../../../src/analyze/drain.ts';
import type { Drain } from '../../../src/record/run-record.ts';
import { serverInput } from './server-input.ts';
import { spoken } from './spoken.ts';

const lag = 'kafka_consumer_lag{group:points,topic:orders}';
const found = (drained: Partial<Drain> | null) =>
  spoken(
    drain.analyze(
      serverInput(
        {},
        { drain: drained && { drained: true, tookMs: 900, limitMs: 60_000, left: { [lag]: 0 }, ...drained } },
      ),
    ),
  );

describe('the backlog', () => {
  it('speaks when it was not empty in time, and of where most of it is', () => {
    const left = { [lag]: 800, outbox_pending_rows: 20 };
    expect(found({ drained: false, tookMs: 60_100, left })).toMatchObject({
      outcome: 'problem',
      confidence: 'high',
      detail: { rule: 'not-drained', leftCount: 820, mostLeft: lag, mostLeftCount: 800 },
    });
  });

  it('speaks when it took a good part of the load', () => {
    expect(found({ tookMs: 21_000 })).toMatchObject({
      outcome: 'problem',
      detail: { rule: 'slow', tookMs: 21_000, tookShare: 0.35 },
    });
  });

  it('is silent when it was empty soon', () => {
    expect(found({})).toMatchObject({ outcome: 'ok', detail: { tookMs: 900, loadMs: 60_000 } });
    expect(found({ tookMs: 5_500 }).outcome).toBe('ok');
  });

  it('is not known when nobody waited, watched, or waited to the end', () => {
    expect(found(null)).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'not-awaited' } });
    expect(found({ left: {}, tookMs: 0 })).toMatchObject({
      outcome: 'insufficient-data',
      detail: { rule: 'not-watched' },
    });
    expect(found({ drained: false, tookMs: 2_000 })).toMatchObject({
      outcome: 'insufficient-data',
      detail: { rule: 'given-up' },
    });
  });
});
