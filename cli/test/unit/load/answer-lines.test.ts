import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { decodeAnswerLine, readAnswerLines } from '../../../src/load/answer-lines.ts';

it.each([
  ['loadkit-answer 1764470000123 4711 good', { t: 1_764_470_000_123, user: '4711', isGood: true }],
  [
    'time="2026-11-30T03:00:00Z" level=info msg="loadkit-answer 1764470000123 a.b@c-1 bad" source=console',
    { t: 1_764_470_000_123, user: 'a.b@c-1', isGood: false },
  ],
])('reads %s', (line, answer) => expect(decodeAnswerLine(line)).toEqual(answer));

it.each([
  'loadkit-answer 1764470000 4711 good',
  'loadkit-answer 1764470000123 4711 fine',
  'loadkit-answer 1764470000123 4711 goodness',
  'loadkit-answer 1764470000123 two words good',
  `loadkit-answer 1764470000123 ${'x'.repeat(65)} good`,
  'notloadkit-answer 1764470000123 4711 good',
  `${' '.repeat(1_000)}loadkit-answer 1764470000123 4711 good`,
  '',
])('reads no answer from %j', (line) => expect(decodeAnswerLine(line)).toBeNull());

it('comes back from a megabyte of what might begin one', () => {
  expect(decodeAnswerLine('loadkit-answer '.repeat(70_000))).toBeNull();
});

it('puts the answers of a file together by the second, in the order of time, and passes over what else was printed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lk-answers-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'console.log');
  const lines = ['hello', 'loadkit-answer 1764470001900 b bad', 'loadkit-answer 1764470001100 a good'];
  writeFileSync(file, [...lines, 'loadkit-answer 1764470000999 a good', 'cut off: loadkit-answer 17644'].join('\n'));
  expect(await readAnswerLines(file)).toEqual([
    { kind: 'answers', t: 1_764_470_000_000, answers: [[999, 'a', 1]] },
    {
      kind: 'answers',
      t: 1_764_470_001_000,
      answers: [
        [100, 'a', 1],
        [900, 'b', 0],
      ],
    },
  ]);
  expect(await readAnswerLines(join(folder, 'none.log'))).toEqual([]);
});
