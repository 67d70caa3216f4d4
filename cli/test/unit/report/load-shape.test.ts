import { describe, expect, it } from 'vitest';
import { loadShape } from '../../../src/report/load-shape.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { templatesFolder } from './built-report.ts';

const shapes = [
  'arrival rate 40 → 400 → 40/s · 17s → 3s → 34s · ≤ 1600 VU',
  '20 VU · 30s + 10 VU × 5 iterations',
  '0 → 100 → 0 VU · 1m0s',
];

describe('the shape of a load', () => {
  it.each([
    ['en', shapes],
    [
      'ko',
      [
        '도착률 초당 40 → 400 → 40회 · 17s → 3s → 34s · 최대 1600 VU',
        '20 VU · 30s + 10 VU × 5회 반복',
        '0 → 100 → 0 VU · 1m0s',
      ],
    ],
  ] as const)('is told in %s', (lang, told) => {
    const { say } = loadSentences(templatesFolder, lang);
    expect(shapes.map((shape) => loadShape({ say }, shape))).toEqual(told);
  });
});
