import { expect, it } from 'vitest';
import { loadSeconds, rateOf, wholeSeconds } from '../../../src/analyze/load-second.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { loadStart } from '../judge/built-run.ts';
import { builtLoadSeries, exportBegin, exportLine, usual } from './built-seconds.ts';

it('holds each request of the exports once, by what became of it', () => {
  const answers = [201, 409, 410, 503, 0].map((status) => ({ ms: status === 0 ? 900 : 5, status }));
  const [, second] = loadSeconds(builtLoadSeries(() => ({ answers, dropped: 2, vus: 7 }), { length: 3 }));
  expect(second).toMatchObject({ from: exportBegin(1), requests: 5, rejected: 2, dropped: 2, vus: 7, maxMs: 900 });
  expect(second?.p50Ms).toBeCloseTo(5, 0);
});

it('a second in which nothing was answered has no times, and is there', () => {
  const [, second] = loadSeconds(builtLoadSeries(() => ({ answers: [] }), { length: 3 }));
  expect(second).toMatchObject({ requests: 0, p50Ms: null, p95Ms: null, maxMs: null });
});

it('an export of gauges alone, which has no interval, is the second since the one before it', () => {
  const lines = Array.from({ length: 5 }, (_, second) =>
    exportLine(second, { answers: second === 2 ? [] : usual(second) }),
  );
  const series = indexSeries(lines.map((line, second) => (second === 2 ? { ...line, from: line.t } : line)));
  const seconds = loadSeconds(series);
  expect(seconds[2]).toMatchObject({ from: exportBegin(2), to: exportBegin(3), seconds: 1, requests: 0 });
  const silent = loadSeconds(
    indexSeries(
      lines
        .filter((_, second) => second < 1 || second > 3)
        .map((line, index) => (index === 1 ? { ...line, from: line.t } : line)),
    ),
  );
  expect(silent[1]).toMatchObject({ seconds: 1 });
});

it('adds up the processes of k6, whose exports come at moments of their own', () => {
  const lines = Array.from({ length: 20 }, (_, second) =>
    exportLine(second + 1, { answers: usual(second, 100), vus: 50 }),
  );
  // The second process exports 480 ms later, with some milliseconds to and fro.
  const late = lines.map((line, index) => {
    const shift = 480 + (index % 2 === 0 ? 9 : -9);
    return { ...line, instance: 1, from: line.from + shift, t: line.t + shift };
  });
  const seconds = loadSeconds(indexSeries([...lines, ...late]));
  expect(seconds.map(({ vus }) => vus)).toEqual(new Array(20).fill(100));
  expect(seconds.map(({ requests }) => requests)).toEqual(lines.map((_, second) => 2 * usual(second, 100).length));
});

it('keeps the stumps out of what is judged by the second', () => {
  const all = loadSeconds(builtLoadSeries((second) => ({ answers: usual(second) }), { length: 10 }));
  const whole = wholeSeconds(all, loadStart, exportBegin(9));
  expect(whole).toHaveLength(8);
  for (const second of whole) expect(rateOf(second)).toBe(second.requests);
});

it('does not count what is no number', () => {
  const line = exportLine(1, { answers: [{ ms: 5 }] });
  const series = indexSeries([{ ...line, counters: { ...line.counters, 'http_reqs{status:500}': Number.NaN } }]);
  expect(loadSeconds(series)).toMatchObject([{ requests: 1 }]);
});
