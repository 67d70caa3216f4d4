import { describe, expect, it } from 'vitest';
import { requestTime } from '../../../src/analyze/request-time.ts';
import type { Load } from '../../../src/record/run-record.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { builtLoad, loadStart } from '../judge/built-run.ts';
import { histogramOf } from '../stats/seeded-samples.ts';
import { spoken } from './spoken.ts';

type Times = Readonly<Record<string, number>>;

/** Averages in milliseconds of 1,000 requests. */
function summaryOf({ waiting = 5, sending = 0.05, receiving = 0.1, connecting = 0, tls = 0, blocked }: Times) {
  const all = {
    waiting,
    sending,
    receiving,
    connecting,
    tls_handshaking: tls,
    blocked: blocked ?? connecting + tls + 0.005,
    duration: waiting + sending + receiving,
  };
  return Object.fromEntries(Object.entries(all).map(([name, avg]) => [`http_req_${name}`, { count: 1_000, avg }]));
}

/** Of 1,000 requests that many had to open a connection. */
function opened(count: number) {
  const samples = Array.from({ length: 1_000 }, (_, index) => (index < count ? 0.3 : 0));
  const histograms = { 'http_req_connecting{name:a}': histogramOf(samples, 5) };
  const times = { t: loadStart + 1_000, from: loadStart };
  return indexSeries([{ kind: 'load', ...times, instance: 0, counters: {}, gauges: {}, histograms }]);
}

function found(times: Times, series = opened(100), changes: Partial<Load> = {}) {
  return spoken(requestTime.analyze({ load: builtLoad({ summary: summaryOf(times), ...changes }), series }));
}

it('time that was spent waiting for the server is no problem, however long', () => {
  const { outcome, detail, evidence } = found({ waiting: 900 });
  expect(outcome).toBe('ok');
  expect(detail).toMatchObject({ rule: 'waiting' });
  expect(evidence.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(1);
});

it('nor are the small parts of a short answer, as a coupon run on two cores had them', () => {
  const times = { waiting: 0.99, sending: 0.037, receiving: 0.071, connecting: 0.017, blocked: 0.024 };
  expect(found(times)).toMatchObject({ outcome: 'ok', detail: { rule: 'waiting' } });
});

describe('a problem', () => {
  it('are connections that most requests have to open', () => {
    const finding = found({ waiting: 1, connecting: 0.3 }, opened(1_000));
    expect(finding).toMatchObject({ outcome: 'problem', confidence: 'high', detail: { rule: 'connecting' } });
    expect(finding.detail.openedShare).toBe(1);
  });

  it.each([
    ['connecting', { waiting: 3, connecting: 3 }, 'slow-connecting'],
    ['TLS', { waiting: 3, tls: 3 }, 'slow-connecting'],
    ['waiting for a connection', { waiting: 3, blocked: 3 }, 'blocked'],
    ['sending', { waiting: 3, sending: 3 }, 'sending'],
    ['receiving', { waiting: 3, receiving: 9 }, 'receiving'],
  ])('is %s that takes a large part', (_, times, rule) => {
    expect(found(times)).toMatchObject({ outcome: 'problem', confidence: 'medium', detail: { rule } });
  });

  it('but not a large part of hardly anything', () => {
    expect(found({ waiting: 0.2, receiving: 0.4 })).toMatchObject({ outcome: 'ok' });
  });

  it('nor connections that are opened once and cost nothing', () => {
    expect(found({ waiting: 50, connecting: 0.3 }, opened(1_000))).toMatchObject({ outcome: 'ok' });
  });
});

describe('does not judge', () => {
  const none = indexSeries([]);
  it.each([
    [
      'a load of a few seconds, in which every user connects',
      found({ connecting: 9 }, none, { endedAt: loadStart + 5_000 }),
      'too-short',
    ],
    ['no request', found({}, none, { summary: {} }), 'no-requests'],
    ['no summary and no series', found({}, none, { summary: null }), 'no-requests'],
    [
      'a run that lacks the time of waiting',
      found({}, none, { summary: { http_req_duration: { count: 9, avg: 3 } } }),
      'not-recorded',
    ],
    ['times that are no numbers', found({ waiting: Number.NaN }, none), 'no-requests'],
  ])('%s', (_, finding, rule) => {
    expect(finding).toMatchObject({ outcome: 'insufficient-data', detail: { rule } });
  });
});
