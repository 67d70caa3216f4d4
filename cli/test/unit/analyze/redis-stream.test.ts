import { describe, expect, it } from 'vitest';
import { redisStream } from '../../../src/analyze/redis-stream.ts';
import type { Curve } from '../judge/built-run.ts';
import { flat, noise, rising, serverInput, shortLoad } from './server-input.ts';
import { spoken } from './spoken.ts';

const lag = 'redis_stream_lag{group:writer,stream:issued}';
const found = (curve: Curve, changes = {}) => spoken(redisStream.analyze(serverInput({ [lag]: curve }, changes)));

describe('the lag of a stream speaks', () => {
  it('where it grows until the load ends', () => {
    const finding = found((second) => 40 * Math.max(0, second) + 60 * noise(second));
    expect(finding).toMatchObject({
      outcome: 'problem',
      confidence: 'high',
      detail: { rule: 'growing', stream: 'issued', group: 'writer' },
      evidence: [{ metric: lag, unit: 'records' }],
    });
    expect(Number(finding.detail.growthPerSecond)).toBeCloseTo(40, 0);
  });

  it('where it began to grow only halfway', () => {
    expect(found((second) => 50 * Math.max(0, second - 35)).detail.rule).toBe('growing');
  });
});

describe('the lag of a stream is silent', () => {
  it.each<[string, Curve]>([
    ['on what is always read within a second', (second) => 110 * noise(second)],
    ['on a stream with nothing in it', flat(0)],
    ['on a burst that was caught up with', (second) => Math.max(0, 3_000 - 150 * Math.abs(second - 15))],
    ['on a lag that is high and stays', (second) => 5_000 + 300 * noise(second)],
    ['on a writer in large batches', (second) => 400 * ((second + 5) % 5) + 20 * noise(second)],
    ['on a growth of a hundred entries', rising(2)],
  ])('%s', (_, curve) => {
    expect(found(curve)).toMatchObject({ outcome: 'ok', detail: { stream: 'issued' } });
  });
});

it('the lag of a stream is not known without a stream, in three seconds or with gaps', () => {
  expect(spoken(redisStream.analyze(serverInput({})))).toMatchObject({
    outcome: 'insufficient-data',
    detail: { rule: 'not-watched' },
  });
  expect(found(rising(900), shortLoad(3)).detail.rule).toBe('too-short');
  expect(found((second) => (second % 4 === 0 ? 0 : null))).toMatchObject({
    outcome: 'insufficient-data',
    detail: { rule: 'gaps' },
  });
});
