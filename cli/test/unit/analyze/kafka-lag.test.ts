import { describe, expect, it } from 'vitest';
import { kafkaLag } from '../../../src/analyze/kafka-lag.ts';
import type { Curve } from '../judge/built-run.ts';
import { counting, flat, longSeries, noise, serverInput, shortLoad } from './server-input.ts';
import { spoken } from './spoken.ts';

const lag = 'kafka_consumer_lag{group:points,topic:orders}';
const timeLag = 'kafka_consumer_time_lag_ms{group:points,topic:orders}';
const ends = 'kafka_end_offset{topic:orders}';
const commits = 'kafka_committed_offset{group:points,topic:orders}';

const found = (curves: Readonly<Record<string, Curve>>, changes = {}) =>
  spoken(kafkaLag.analyze(serverInput(curves, changes)));
const quiet = {
  [lag]: (second: number) => Math.round(19 * noise(second)),
  [timeLag]: (second: number) => 130 * noise(second),
  [ends]: counting(100),
  [commits]: counting(100),
};
/** Reads 60 of the 100 that come in each second. */
const behind = {
  [lag]: (second: number) => 40 * Math.max(0, second),
  [timeLag]: (second: number) => 400 * Math.max(0, second),
  [ends]: counting(100),
  [commits]: counting(60),
};

describe('consumer lag speaks', () => {
  it('where it grows until the load ends, with both rates', () => {
    expect(found(behind)).toMatchObject({
      outcome: 'problem',
      confidence: 'high',
      detail: { rule: 'growing', group: 'points', topic: 'orders', writtenPerSecond: 100, readPerSecond: 60 },
      evidence: [{ metric: lag }, { metric: timeLag }, { metric: ends }, { metric: commits }],
    });
  });

  it('without rates where they are not known, or do not agree', () => {
    expect(found({ [lag]: (second) => 40 * Math.max(0, second) })).toMatchObject({
      confidence: 'medium',
      detail: { rule: 'growing-unrated' },
    });
  });

  it('in a load of ten seconds', () => {
    expect(found(behind, shortLoad(10)).detail.rule).toBe('growing');
  });

  it('of records that were late although the consumer caught up', () => {
    const burst: Curve = (second) => Math.max(0, 2_000 - 100 * Math.abs(second - 25));
    const finding = found({ ...quiet, [lag]: burst, [timeLag]: (second) => 6 * (burst(second) ?? 0) });
    expect(finding).toMatchObject({ outcome: 'problem', detail: { rule: 'late' } });
  });
});

describe('consumer lag is silent', () => {
  it.each<[string, Readonly<Record<string, Curve>>]>([
    ['in a quiet run', quiet],
    [
      'on a group that commits every five seconds',
      { ...quiet, [lag]: (second) => 100 * ((second + 5) % 5), [timeLag]: flat(900) },
    ],
    ['on a growth of less than two seconds of records', { ...quiet, [lag]: (second) => 2 * Math.max(0, second) }],
    ['on failed readings here and there', { ...quiet, [lag]: (second) => (second % 5 === 0 ? null : 3) }],
    [
      'on offsets that began anew',
      { ...quiet, [ends]: (second) => (second < 30 ? 9_000 + 100 * second : 100 * (second - 30)) },
    ],
  ])('%s', (_, curves) => {
    expect(found(curves)).toMatchObject({ outcome: 'ok', detail: { topic: 'orders' } });
  });

  it('on a topic with nothing in it, whose lag is 0 and not missing', () => {
    expect(found({ [lag]: flat(0), [ends]: flat(0), [timeLag]: flat(0) })).toMatchObject({
      outcome: 'ok',
      detail: { rule: 'idle' },
    });
  });

  it('without a time where none was read', () => {
    expect(found({ [lag]: (second) => second % 3, [ends]: counting(9) }).detail.rule).toBe('ok-untimed');
  });
});

it.each([
  ['no group was watched', { [ends]: counting(100) }, {}, 'not-watched'],
  ['no reading came in', { [lag]: () => null }, {}, 'not-watched'],
  ['it lasted three seconds', behind, shortLoad(3), 'too-short'],
  ['most readings failed', { [lag]: (second: number) => (second % 4 === 0 ? 0 : null) }, {}, 'gaps'],
])('consumer lag is not known where %s', (_, curves, changes, rule) => {
  expect(found(curves, changes)).toMatchObject({ outcome: 'insufficient-data', detail: { rule } });
});

it('six hours of lag are judged like a minute of it', () => {
  const series = longSeries(21_602, {
    [lag]: (second) => Math.max(0, second) * 2 + 50 * noise(second),
    [ends]: (second) => 100 * (second + 2),
    [commits]: (second) => 98 * (second + 2),
  });
  expect(found({}, { ...shortLoad(21_600), series }).detail.rule).toBe('growing');
});
