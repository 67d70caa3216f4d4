import { describe, expect, it } from 'vitest';
import type { Invariant, RunRecord } from '../../../src/record/run-record.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { builtSeries, type Curve } from '../judge/built-run.ts';
import { couponRun, orderRun } from './built-report.ts';
import { linesOf, rowsOf, sectionOf } from './built-section.ts';

function watched(curves: Readonly<Record<string, Curve>>, changes: Partial<RunRecord> = {}): ReportedRun {
  return { ...couponRun(changes), series: builtSeries(curves) };
}

function measuredBy(run: ReportedRun, lang: 'ko' | 'en' = 'ko'): string[] {
  return [...rowsOf(sectionOf([run], 'failures', lang)).values()].map((row) => row.at(-1) ?? '');
}

const invariant = (id: string, changes: Partial<Invariant> = {}): Invariant => ({
  ...{ id, outcome: 'held', violations: 0, evidence: { issued: 10, users: 10 }, reason: null, ...changes },
});

describe('the kinds of failure', () => {
  it('are the four of the reference report, estimated, with their levels', () => {
    const rows = rowsOf(sectionOf([couponRun()], 'failures'));
    expect([...rows.values()].map((row) => row.slice(0, 2))).toEqual([
      ['Redis 락 병목 / 쿠폰 중복 발급', 'L2'],
      ['DB Deadlock (주문 처리 중)', 'L3'],
      ['트래픽 급증 → GC / OOM', 'L1'],
      ['Kafka 소비 지연 → 포인트 적립 누락', 'L2'],
    ]);
    expect([...rows.values()].map((row) => row[5])).toEqual(['미실시', '미실시', '미실시', '미실시']);
    const lines = linesOf(sectionOf([couponRun()], 'failures'));
    expect(lines[0]).toBe(
      '장애 유형 | 레벨 | 비즈니스 영향 | MTTD (추정) | MTTR (추정) | 실측 | 이 실행에서 측정한 것',
    );
    expect(lines.filter((line) => /^L[123]: /.test(line))).toHaveLength(3);
    expect(lines.join('\n')).toContain('엔지니어의 추정값');
  });

  it('say of what was not watched that it was not measured', () => {
    expect(measuredBy({ ...couponRun({ invariants: [] }), series: builtSeries({}) })).toEqual(Array(4).fill('미측정'));
    const foreign = couponRun().record.scenario;
    if (foreign === null) throw new Error('a built run has a scenario');
    const run = watched(
      { redis_ping_ms: () => 1 },
      { scenario: { ...foreign, foreign: true }, invariants: [], stack: null },
    );
    expect(measuredBy(run, 'en')).toEqual(Array(4).fill('not measured'));
  });

  it('show duplicates, waits for locks and what is left on a lock', () => {
    const run = watched(
      {
        'coupon_lock_wait_seconds_count{process:api}': (second) => 10 * second,
        'coupon_lock_wait_seconds_sum{process:api}': (second) => 0.02 * second,
        'redis_lock_ttl_ms{key:lock}': (second) => (second === 9 ? 120 : undefined),
      },
      { invariants: [invariant('duplicate-issue', { outcome: 'violated', violations: 3 }), invariant('over-issue')] },
    );
    expect(measuredBy(run)[0]).toBe(
      '중복 발급 3건 · 초과 발급 0건 · 락 획득 시도 610건 (평균 대기 2ms) · 락의 남은 유효 시간 최소 120ms',
    );
    const forever = watched({ 'redis_lock_ttl_ms{key:lock}': () => -1 }, { invariants: [] });
    expect(measuredBy(forever)[0]).toBe('유효 시간이 없는 락이 있음');
  });

  it('take nothing for duplicates where nothing was issued', () => {
    const invariants = [invariant('duplicate-issue', { evidence: { issued: 0, stock: 10_000 } })];
    expect(measuredBy(watched({}, { invariants }))[0]).toBe('중복 발급 확인할 대상 없음');
    const open = [invariant('duplicate-issue', { outcome: 'undetermined', violations: null, reason: 'timeout' })];
    expect(measuredBy(watched({}, { invariants: open }))[0]).toBe('중복 발급 판정 불가');
  });

  it('show deadlocks and waits for rows during the load only', () => {
    const run = watched({
      mysql_deadlocks: (second) => (second < 10 ? 0 : second < 61 ? 2 : 9),
      mysql_row_lock_waits: () => 5,
      mysql_row_lock_ms: () => 100,
    });
    expect(measuredBy(run)[1]).toBe('데드락 2건 · 행 락 대기 0건');
  });

  it('show the highest heap, memory and delay of the service, not of its stores', () => {
    const run = watched({
      'nodejs_heap_size_used_bytes{process:api}': (second) => (second === 30 ? 50 : 40) * 1024 ** 2,
      'nodejs_heap_size_used_bytes{process:worker}': () => 45 * 1024 ** 2,
      'process_rss_bytes{process:api}': () => 120 * 1024 ** 2,
      'process_rss_bytes{process:kafka}': () => 900 * 1024 ** 2,
      'nodejs_eventloop_lag_max_seconds{process:worker}': (second) => (second === 12 ? 0.064 : 0.0101),
    });
    expect(measuredBy(run)[2]).toBe(
      '힙 최대 50.0 MiB (api) · RSS 최대 120.0 MiB (api) · 이벤트 루프 지연 최대 54.00ms (worker) · 서비스 프로세스 종료 0건',
    );
  });

  it('show the lag until it was worked off', () => {
    const lag = 'kafka_consumer_lag{group:point-accrual,topic:order.completed}';
    const time = 'kafka_consumer_time_lag_ms{group:point-accrual,topic:order.completed}';
    const late = watched(
      { [lag]: (second) => (second === 62 ? 40 : 3), [time]: () => 1_300 },
      { invariants: [invariant('points-missing', { violations: 2, outcome: 'violated' })] },
    );
    expect(measuredBy(late)[3]).toBe('소비 지연 최대 40건 · 가장 오래 기다린 이벤트 1.3초 · 포인트 적립 누락 2건');
    expect(measuredBy(watched({ [lag]: () => 0, [time]: () => 0 }, { invariants: [] }))[3]).toBe('소비 지연 최대 0건');
  });

  it('tell runs apart where they differ, and say once what is the same', () => {
    const curves = { mysql_deadlocks: () => 0 };
    const same = [watched(curves), { ...orderRun(), series: builtSeries(curves) }];
    const measured = (runs: readonly ReportedRun[]) => [...rowsOf(sectionOf(runs, 'failures')).values()][1]?.at(-1);
    expect(measured(same)).toBe('데드락 0건');
    const other = { ...orderRun(), series: builtSeries({ mysql_deadlocks: (second) => Math.max(0, second) }) };
    expect(measured([watched(curves), other])).toBe('coupon: 데드락 0건 / order: 데드락 60건');
  });

  it('give each of many runs a row of its own', () => {
    const runs = [0, 1, 2].map((count) =>
      watched({ mysql_deadlocks: (second) => (second < 1 ? 0 : count) }, { id: `run-${count}` }),
    );
    const rows = rowsOf(sectionOf(runs, 'failures'));
    expect(rows.get('DB Deadlock (주문 처리 중)')?.at(-1)).toContain('아래');
    expect(rows.get('coupon (run-2)')?.[2]).toBe('데드락 2건');
  });
});
