import { describe, expect, it } from 'vitest';
import { tail } from '../../../src/analyze/tail.ts';
import type { Scenario } from '../../../src/record/run-record.ts';
import { builtLoad, builtRecord, type Curve, loadEnd } from '../judge/built-run.ts';
import { type BuiltAnswer, builtLoadSeries, builtScenario, exportBegin, usual } from './built-seconds.ts';
import { spoken } from './spoken.ts';

const closed = { s: { executor: 'constant-vus', vus: 100, duration: '60s' } };
const slowMs = 700;
const slowSeconds = [12, 24, 33, 47, 55];
const isSlow = (second: number) => slowSeconds.includes(second);

interface Built {
  readonly curves?: Readonly<Record<string, Curve>>;
  readonly answers?: (second: number) => readonly BuiltAnswer[];
  readonly scenario?: Scenario | null;
  readonly length?: number;
}

const slowNow = (second: number) => [...usual(second), ...(isSlow(second) ? [{ ms: slowMs }, { ms: slowMs }] : [])];

function found({ curves = {}, answers = slowNow, scenario = builtScenario({}, closed), length = 60 }: Built) {
  const series = builtLoadSeries((second) => ({ answers: answers(second) }), { length, curves });
  const { host } = builtRecord();
  return spoken(tail.analyze({ load: builtLoad({ endedAt: loadEnd + 1_000 }), scenario, host, series }));
}

/** A reading at a whole second lies in the middle of the export that is counted one further. */
const when =
  (active: (second: number) => boolean, high: number, low: number): Curve =>
  (second) =>
    active(second) ? high : low;
/** A running total that grows in those seconds only. */
const growing =
  (active: (second: number) => boolean, by: number): Curve =>
  (second) =>
    Array.from({ length: Math.max(0, second + 3) }, (_, index) => index - 2).filter((at) => active(at)).length * by;

const gc = 'nodejs_gc_duration_seconds_sum{kind:major,process:api}';
const eventLoop = 'nodejs_eventloop_lag_max_seconds{process:api}';
const busy = 'host_cpu_busy_cores';

describe('a tail is shown with what happened in the same seconds', () => {
  it.each<[string, string, Curve]>([
    ['gc', gc, growing(isSlow, 0.6)],
    ['event-loop', eventLoop, when(isSlow, 0.65, 0.011)],
    ['lock-wait', 'mysql_row_lock_ms', growing(isSlow, 1_500)],
    ['slow-query', 'mysql_slow_queries', growing(isSlow, 1)],
    ['redis-slow', 'redis_slowlog_entries', growing(isSlow, 2)],
    ['redis-slow', 'redis_ping_ms', when(isSlow, 600, 0.4)],
    ['pool-wait', 'mysql_pool_waiting{process:api}', when(isSlow, 40, 0)],
    ['host-full', busy, when(isSlow, 2, 0.8)],
    ['generator-wait', 'process_cpu_wait_cores{process:k6}', when(isSlow, 1.6, 0.2)],
  ])('%s in %s', (rule, metric, curve) => {
    const finding = found({ curves: { [metric]: curve } });
    expect(finding).toMatchObject({ outcome: 'problem', confidence: 'medium', detail: { rule, slowSeconds: 5 } });
    expect(finding.detail.hitShare).toBe(1);
    expect(finding.detail.otherShare).toBeLessThan(0.34);
    expect(finding.evidence[0]).toMatchObject({ value: slowMs, from: exportBegin(12) });
    expect(finding.evidence[1]).toMatchObject({ metric, unit: 'share', value: 1 });
  });

  it('names what causes the other first, and what was ruled out', () => {
    const curves = {
      [eventLoop]: when(isSlow, 0.65, 0.011),
      [gc]: growing(isSlow, 0.6),
      [busy]: when((second) => second % 2 === 0, 2, 0.8),
      mysql_slow_queries: () => 3,
    };
    const finding = found({ curves });
    expect(finding.detail.rule).toBe('gc');
    expect(finding.evidence.map(({ metric }) => metric)).toContain(eventLoop);
    expect(finding.ruledOut?.map(({ id }) => id)).toEqual(['tail-slow-query', 'tail-host-full']);
  });

  it('once is one coincidence, whatever the number of its seconds: low confidence', () => {
    const isOne = (second: number) => second >= 30 && second < 36;
    const answers = (second: number) => [...usual(second), ...(isOne(second) ? [{ ms: slowMs }] : [])];
    const finding = found({ answers, curves: { [eventLoop]: when(isOne, 0.65, 0.011) } });
    expect(finding).toMatchObject({ confidence: 'low', detail: { rule: 'event-loop' } });
  });
});

describe('no cause is named', () => {
  it('where nothing that was watched coincides', () => {
    const curves = { [gc]: growing((second) => second % 2 === 0, 0.4), mysql_slow_queries: () => 0 };
    expect(found({ curves })).toMatchObject({ outcome: 'problem', detail: { rule: 'no-cause' } });
  });

  it('where it is like that in all the other seconds, too', () => {
    const curves = { [busy]: () => 2 };
    const finding = found({ curves });
    expect(finding.detail.rule).toBe('no-cause');
    expect(finding.ruledOut).toMatchObject([{ id: 'tail-host-full', values: { hitShare: 1, otherShare: 1 } }]);
  });

  it('for a single slow second, in which something is always the case', () => {
    const isOne = (second: number) => second === 30;
    const answers = (second: number) => [...usual(second), ...(isOne(second) ? [{ ms: slowMs }] : [])];
    const finding = found({ answers, curves: { [eventLoop]: when(isOne, 0.65, 0.011) } });
    expect(finding.detail.rule).toBe('no-cause');
  });

  it('where nothing was watched', () => {
    expect(found({})).toMatchObject({ outcome: 'problem', detail: { rule: 'not-watched' } });
  });

  it('where slow answers come all the time', () => {
    const answers = (second: number) => [...usual(second), { ms: slowMs }, { ms: slowMs }];
    expect(found({ answers })).toMatchObject({ outcome: 'problem', detail: { rule: 'spread' } });
  });
});

describe('there is no tail', () => {
  it('in response times of the usual shape', () => {
    expect(found({ answers: (second) => usual(second) })).toMatchObject({ outcome: 'ok', detail: { rule: 'none' } });
  });

  it('of a millisecond that once takes fifty', () => {
    const answers = (second: number) => [...usual(second, 100, 1), ...(second === 20 ? [{ ms: 49 }] : [])];
    expect(found({ answers })).toMatchObject({ outcome: 'ok' });
  });

  it('where connections are made only', () => {
    const answers = (second: number) => [...usual(second), ...(second < 2 ? [{ ms: 900 }] : [])];
    expect(found({ answers })).toMatchObject({ outcome: 'ok', detail: { rule: 'only-at-start' } });
  });

  it('in a slow API beside a quick one', () => {
    const slowApi = (second: number) => usual(second + 100, 30, 300).map((one) => ({ ...one, name: 'report' }));
    const answers = (second: number) => [...usual(second), ...slowApi(second)];
    expect(found({ answers })).toMatchObject({ outcome: 'ok', detail: { rule: 'none' } });
  });

  it('in requests that failed', () => {
    const answers = (second: number) => [
      ...usual(second),
      ...(isSlow(second) ? [{ ms: 60_000, status: 0, errorCode: '1050' }] : []),
    ];
    expect(found({ answers })).toMatchObject({ outcome: 'ok', detail: { rule: 'none' } });
  });
});

describe('does not judge', () => {
  const ramp = { s: { executor: 'ramping-arrival-rate', startRate: 10, stages: [{ duration: '60s', target: 900 }] } };

  it.each<[string, Built, string]>([
    ['a load of several levels', { scenario: builtScenario({}, ramp) }, 'several-levels'],
    ['no export', { length: 0 }, 'no-requests'],
    ['no answer', { answers: () => [] }, 'no-requests'],
    ['one second', { length: 1 }, 'too-few'],
    ['fewer than a hundred answers', { answers: (second) => usual(second, 1) }, 'too-few'],
  ])('%s', (_, built, rule) => {
    expect(found(built)).toMatchObject({ outcome: 'insufficient-data', detail: { rule } });
  });

  it('is the same for a hundred APIs with long names', () => {
    const names = Array.from({ length: 100 }, (_, index) => `${index}`.padStart(500, 'n'));
    const answers = (second: number) => names.flatMap((name) => usual(second, 3).map((one) => ({ ...one, name })));
    const finding = found({ answers });
    expect(finding).toMatchObject({ outcome: 'ok', detail: { rule: 'none' } });
  });
});
