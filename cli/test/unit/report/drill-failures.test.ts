import { describe, expect, it } from 'vitest';
import type { Assessment, Drill } from '../../../src/record/drill.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import {
  builtAssessment,
  builtDamage,
  builtDrill,
  builtMoments,
  drilledRun,
  placeboRun,
  repeatedDrills,
} from './built-drill.ts';
import { couponRun } from './built-report.ts';
import { linesOf, sectionOf } from './built-section.ts';

const lock = 'Redis 락 병목 / 쿠폰 중복 발급';
const columns = { level: 1, ttd: 3, ttdMeasured: 4, ttr: 5, ttrMeasured: 6, drill: 7 } as const;

function cell(runs: readonly ReportedRun[], column: keyof typeof columns, row = lock): string {
  const [table] = tablesOf(runs);
  return table?.rows.find(([first]) => first === row)?.[columns[column]] ?? '';
}

/** Those of section 4, with their titles. */
function tablesOf(runs: readonly ReportedRun[]) {
  return sectionOf([couponRun(), ...runs], 'failures').blocks.flatMap((block) =>
    block.kind === 'table' ? [{ ...block.table, title: block.title }] : [],
  );
}

const variants = (runs: readonly ReportedRun[]) =>
  tablesOf(runs).find(({ title }) => title === '훈련한 장애 전체')?.rows ?? [];

const assessed = (changes: Partial<Assessment>, drill: Partial<Drill> = {}, id = 'one') =>
  drilledRun({ ...drill, assessment: builtAssessment(changes) }, { id });

describe('section 4 with drills', () => {
  it('has what was measured beside what was estimated, and which run it is from', () => {
    const { blocks } = sectionOf([couponRun(), drilledRun()], 'failures');
    const [table] = blocks.flatMap((block) => (block.kind === 'table' ? [block.table] : []));
    expect(table?.head.join(' | ')).toBe(
      '장애 유형 | 레벨 (추정 → 실측) | 비즈니스 영향 | MTTD (추정) | TTD (실측) | MTTR (추정) | TTR (실측) | 실측한 훈련과 실행 기록 | 이 실행에서 측정한 것',
    );
    const row = table?.rows[0] ?? [];
    expect(row.slice(3, 8)).toEqual([
      '수초',
      '1초',
      '수 분 내',
      '22초',
      '만료 없는 락의 소유자 사망 (20261124-101500-coupon-drill)',
    ]);
    expect(row[1]).toBe('L2 → L1');
  });

  it('says of what was not drilled that it was not run', () => {
    const row = 'Kafka 소비 지연 → 포인트 적립 누락';
    expect(cell([drilledRun()], 'level', row)).toBe('L2 → 미실시');
    expect(cell([drilledRun()], 'ttdMeasured', row)).toBe('미실시');
    expect(cell([drilledRun()], 'ttd', row)).toBe('수분');
  });

  it('takes the worst level, then what was not recovered, then the most harm, then the longest repair', () => {
    const light = assessed({ level: 'L3', ttrMs: 90_000 }, { fault: 'redis-latency' }, 'light');
    const short = assessed({ level: 'L2', ttrMs: 5_000 }, { fault: 'redis-reset' }, 'short');
    const long = assessed({ level: 'L2', ttrMs: 6_000 }, { fault: 'redis-stall' }, 'long');
    const never = assessed({ level: 'L2', ttrMs: null }, { fault: 'redis-black-hole' }, 'never');
    expect(cell([light, short, long], 'drill')).toBe('Redis 일시 멈춤 (long)');
    expect(cell([light, never, long], 'drill')).toContain('(never)');
    expect(cell([light, never, long], 'ttrMeasured')).toBe('미복구');
    const wrong = { ...builtDamage(), lost: 100, missing: 1_801 };
    const harmful = assessed({ level: 'L2', ttrMs: 900, damage: wrong }, { fault: 'redis-killed' }, 'harmful');
    expect(cell([light, long, harmful], 'drill')).toContain('(harmful)');
    expect(cell([harmful, never], 'drill')).toContain('(never)');
  });

  it('says in words what did not happen, and what nobody felt', () => {
    expect(cell([assessed({ ttdMs: null })], 'ttdMeasured')).toBe('미탐지');
    expect(cell([assessed({ ttdMs: -800 })], 'ttdMeasured')).toBe('영향보다 800ms 먼저');
    const unfelt = assessed({
      level: 'absorbed',
      ttdMs: null,
      ttrMs: null,
      moments: { ...builtMoments, impactAt: null },
    });
    expect(cell([unfelt], 'ttdMeasured')).toBe('영향 없음');
    expect(cell([unfelt], 'level')).toBe('L2 → 흡수');
  });

  it('has the estimate that the drill was given', () => {
    const run = drilledRun({ estimate: { level: 'L3', ttd: '1분', ttr: '2분' } });
    expect([cell([run], 'level'), cell([run], 'ttd'), cell([run], 'ttr')]).toEqual(['L3 → L1', '1분', '2분']);
  });

  it('gives a median with its range from five repeats on, before that the worst', () => {
    const times = [900, 1_000, 1_100, 1_400, 800].map((ttdMs) => ({ ttdMs, ttrMs: 10 * ttdMs }));
    expect(cell(repeatedDrills(times), 'ttdMeasured')).toBe('중앙값 1초 [800ms – 1.4초] (5회)');
    expect(cell(repeatedDrills(times), 'ttrMeasured')).toBe('중앙값 10초 [8초 – 14초] (5회)');
    expect(cell(repeatedDrills(times.slice(0, 4)), 'ttdMeasured')).toBe('1.4초 (4회 중 가장 나쁜 값)');
  });

  it('averages nothing that did not happen', () => {
    const times = [900, null, 1_100, 1_400, 800, 1_000].map((ttdMs) => ({ ttdMs, ttrMs: null }));
    expect(cell(repeatedDrills(times), 'ttdMeasured')).toBe('6회 중 1회 미탐지, 나머지 800ms – 1.4초');
    expect(cell(repeatedDrills(times), 'ttrMeasured')).toBe('미복구 (6회 중 6회)');
  });

  it('says with what a repair was over, or was not, where that is not with the answers', () => {
    const ended = (changes: Partial<Assessment>) => cell([assessed(changes)], 'ttrMeasured');
    const moments = (ends: Partial<Assessment['moments']>) => ({ ...builtAssessment().moments, ...ends });
    expect(ended({ hurt: ['answers', 'data'], ttrMs: 43_000 })).toBe('43초 (데이터)');
    expect(ended({ hurt: ['answers', 'backlog'], ttrMs: 37_000 })).toBe('37초 (밀린 작업)');
    expect(ended({ hurt: ['answers', 'backlog'], moments: moments({ drainedAt: 0 }) })).toBe('22초');
    const open = moments({ consistentAt: null });
    expect(ended({ hurt: ['answers', 'data'], moments: open, ttrMs: null })).toBe('미복구 (데이터)');
    const data = { hurt: ['answers', 'data'], ttrMs: 43_000 } as const;
    const [row] = variants([assessed(data, {}, 'one'), assessed({ ttrMs: 22_000 }, {}, 'two')]);
    expect(row?.[4]).toBe('22초 – 43초 (응답, 데이터)');
  });

  it('takes drills of other settings or another mitigation for no repeats', () => {
    const times = [{ ttdMs: 900, ttrMs: 1_000 }];
    const runs = ['a', 'b', 'c', 'd', 'e'].map((value) => {
      const [run] = repeatedDrills(times);
      if (run === undefined) throw new Error('a drill was built');
      return { ...run, record: { ...run.record, id: value, set: { LOCK_WAIT_MS: value } } };
    });
    expect(cell(runs, 'ttdMeasured')).toBe('900ms');
  });

  it('gives no times and no level of a drill with doubts, and says why', () => {
    const doubted = assessed({ doubts: [{ id: 'built-doubt', values: { alarms: 3 } }] }, {}, 'doubted');
    expect(cell([doubted], 'level')).toBe('L2 → 판정 불가');
    expect(cell([doubted], 'ttdMeasured')).toBe('신뢰할 수 없음');
    const lines = linesOf(sectionOf([couponRun(), doubted], 'failures'));
    expect(lines).toContain('doubted (만료 없는 락의 소유자 사망): built-doubt (alarms=3)');
    expect(lines.join('\n')).not.toMatch(/22초|1,900건/);
    const sound = assessed({ level: 'L3' }, { fault: 'redis-reset' }, 'sound');
    expect(cell([doubted, sound], 'drill')).toContain('(sound)');
    const stopped = drilledRun({ assessment: null }, { id: 'stopped' });
    expect(linesOf(sectionOf([couponRun(), stopped], 'failures')).join('\n')).toContain('끝까지 진행되지 않아');
  });

  it('lists every variant with its clause and its damage, and what could not be counted', () => {
    expect(variants([drilledRun()])).toEqual([
      [
        '만료 없는 락의 소유자 사망',
        '없음',
        '1',
        '1초',
        '22초',
        '2초',
        'L2 → L1 – POST /api/coupons/{userId}: 정상 응답이 50.00% 미만인 상태가 20.00초 동안 이어졌다(기준 10.00초 이상).',
        '유실 1,900건(2,200건 중) · 요청이 실패한 사용자 1,850명 이상(2,000명의 92.50%) · 지연 처리 3건 · ' +
          '데이터로 알 수 없음: 누락',
      ],
    ]);
  });

  it('says of how many users, and what was put right, where the record has it', () => {
    const counted = { ...builtDamage(), usersAsked: 1_900, repaired: 4 };
    const [[, , , , , , , damage] = []] = variants([assessed({ damage: counted })]);
    expect(damage).toContain('요청이 실패한 사용자 1,850명 이상(1,900명의 97.37%)');
    expect(damage).toContain('데이터 복원 4건');
  });

  it('says of nobody counted beside arrivals without a user that it cannot say', () => {
    const some = { ...builtDamage(), usersAffected: 0, missing: 0 };
    const damageOf = (damage: ReturnType<typeof builtDamage>) => variants([assessed({ damage })])[0]?.[7];
    expect(damageOf(some)).toBe('유실 1,900건(2,200건 중) · 지연 처리 3건 · 데이터로 알 수 없음: 요청이 실패한 사용자');
    expect(damageOf({ ...some, unstarted: 0 })).toBe('유실 1,900건(2,200건 중) · 지연 처리 3건');
    expect(damageOf({ ...some, unstarted: 0, lost: 0, late: 0 })).toBe('피해 없음');
  });

  it('says once what all repeats have in common', () => {
    const times = [900, 1_000, 1_100, 1_400, 800].map((ttdMs) => ({ ttdMs, ttrMs: 38_000 + ttdMs / 10 }));
    expect(variants(repeatedDrills(times))[0]?.[4]).toBe('38초 (5회 모두)');
  });

  it('tells from the undo on when all was well, and where it was before', () => {
    const moments = builtAssessment().moments;
    const undone = moments.revertedAt ?? 0;
    const after = (ms: number) => variants([assessed({ moments: { ...moments, restoredAt: undone + ms } })])[0]?.[5];
    expect([after(-1_000), after(-300), after(200), after(1_700)]).toEqual(['해제 전에 회복', '1초', '1초', '2초']);
    expect(variants([assessed({ moments: { ...moments, restoredAt: null }, ttrMs: null })])[0]?.[5]).toBe('미복구');
  });

  it('has repeats in one row: the median with its range from five on, before that the range', () => {
    const times = [900, 1_000, 1_100, 1_400, 800].map((ttdMs) => ({ ttdMs, ttrMs: 10 * ttdMs }));
    const [five] = variants(repeatedDrills(times));
    expect(five?.slice(2, 5)).toEqual(['5', '중앙값 1초 [800ms – 1.4초] (5회)', '중앙값 10초 [8초 – 14초] (5회)']);
    const [two] = variants(repeatedDrills(times.slice(0, 2)));
    expect(two?.slice(2, 5)).toEqual(['2', '900ms – 1초', '9초 – 10초']);
    const [partly] = variants(repeatedDrills([{ ttdMs: 900, ttrMs: null }, ...times.slice(0, 1)]));
    expect(partly?.[4]).toBe('2회 중 1회 미복구, 나머지 9초');
    const damages = [{ ...builtDamage(), lost: 12, offered: 2_000 }, builtDamage()];
    const uneven = damages.map((damage, index) => assessed({ damage }, {}, String(index)));
    expect(variants(uneven)[0]?.[7]).toContain('유실 12건 – 1,900건(2,000건 – 2,200건 중)');
  });

  it('has words for a doubt and a clause that are known, and names those that are not', () => {
    const text = (changes: Partial<Assessment>) =>
      linesOf(sectionOf([couponRun(), assessed(changes)], 'failures')).join('\n');
    expect(text({ doubts: [{ id: 'not-calibrated', values: {} }] })).toContain('보정을 마치지 못하여');
    const invariants = { measure: 'invariants', invariant: 'over-issue', violations: 12 };
    expect(text({ clause: { id: 'data-wrong', values: invariants } })).toContain('‘초과 발급’ 위반: 12건.');
    const alarm = { measure: 'alarm', signal: 'backlog:x', by: 'limit' };
    expect(text({ clause: { id: 'slo-alarm', values: alarm } })).toContain('신호: 밀린 작업 (x)');
    expect(text({ clause: { id: 'theirs', values: { figure: 3 } } })).toContain('규칙 theirs (figure=3)');
  });

  it('prints the rules that the levels were measured by', () => {
    const lines = linesOf(sectionOf([couponRun(), drilledRun()], 'failures'));
    expect(lines).toContain(
      'L1 | 부하를 준 핵심 API 모두(동시에)에서 정상 응답이 50.00% 미만인 상태가 10초 이상 이어졌다 | all-apis-down',
    );
    expect(lines).toContain('L2 | 정합성 위반: 정합성 항목 가운데 하나 이상 | data-wrong');
    expect(lines.filter((line) => line.startsWith('레벨 | 조건'))).toHaveLength(1);
    expect(linesOf(sectionOf([couponRun()], 'failures')).join('\n')).not.toContain('조건 | 규칙');
  });

  it('shows before and after a mitigation, of each row in a table of its own', () => {
    const before = repeatedDrills([1_000, 1_200].map((ttdMs) => ({ ttdMs, ttrMs: null })));
    const after = assessed(
      { level: 'L3', ttrMs: 1_500, damage: { ...builtDamage(), lost: 12 } },
      { mitigation: 'lock-timeout' },
      'after',
    );
    const deadlock = { failure: 'deadlock', fault: 'deadlock' } as const;
    const answered = ['retry', 'sorted-locks'].map((mitigation) =>
      assessed(
        { level: 'absorbed' },
        { ...deadlock, fault: mitigation, mitigates: 'deadlock', mitigation },
        mitigation,
      ),
    );
    const tables = tablesOf([...before, after, assessed({}, deadlock, 'deadlock'), ...answered]).filter(({ title }) =>
      title?.startsWith('완화 전후'),
    );
    expect(tables.map(({ title }) => title)).toEqual([
      '완화 전후: Redis 락 병목 / 쿠폰 중복 발급',
      '완화 전후: DB Deadlock (주문 처리 중)',
    ]);
    expect(tables[0]?.rows).toEqual([
      [
        '만료 없는 락의 소유자 사망',
        'Redis 락 타임아웃 설정',
        '2 → 1',
        'L1 → L3',
        '1초 – 1.2초 → 1초',
        '미복구 (2회 중 2회) → 2초',
        '유실 1,900건(2,200건 중) → 12건(2,200건 중)',
      ],
    ]);
    expect(tables[1]?.rows.map(([, mitigation, , level]) => [mitigation, level])).toEqual([
      ['데드락 재시도', 'L1 → 흡수'],
      ['상품을 정해진 순서로 잠금', 'L1 → 흡수'],
    ]);
  });

  it('says once that one side cannot be trusted, and counts of the other what it has', () => {
    const doubted = assessed({ doubts: [{ id: 'built-doubt', values: {} }] });
    const damage = { ...builtDamage(), offered: 0, lost: 0, late: 3 };
    const after = assessed({ level: 'absorbed', damage }, { mitigation: 'lock-timeout' }, 'after');
    const [row] = tablesOf([doubted, after]).find(({ title }) => title?.startsWith('완화 전후'))?.rows ?? [];
    expect(row?.[6]).toMatch(/^신뢰할 수 없음 → 요청이 실패한 사용자 .*· 데이터로 알 수 없음: 누락$/);
    expect(row?.[6]).not.toMatch(/0건 중|→.*신뢰/);
  });

  it('compares nothing under another load', () => {
    const { scenario } = drilledRun().record;
    if (scenario === null) throw new Error('a built drill has a scenario');
    const of = (rate: string, shape: string, drill: Partial<Drill> = {}) =>
      drilledRun(drill, { id: shape, scenario: { ...scenario, shape, parameters: { LOADKIT_RATE: rate } } });
    const pairs = (after: ReportedRun) =>
      tablesOf([of('20', 'short'), after]).find(({ title }) => title?.startsWith('완화 전후'))?.rows ?? [];
    const mitigation = 'lock-timeout';
    expect(pairs(of('200', 'fast', { mitigation }))).toEqual([]);
    // As fast for longer is the same load, and that the fault stood for longer is said.
    const [baseline, inject, hold, recover] = builtDrill().phases;
    if (baseline === undefined || inject === undefined || hold === undefined || recover === undefined)
      throw new Error();
    const longer = [baseline, inject, { ...hold, endedAt: hold.startedAt + 30_000 }, recover];
    const [row] = pairs(of('20', 'long', { mitigation, phases: longer }));
    expect(row?.[1]).toBe('Redis 락 타임아웃 설정 (장애를 유지한 시간 20초 → 30초)');
  });

  it('says how often the detector alarmed while nothing was broken', () => {
    const lines = linesOf(sectionOf([couponRun(), placeboRun(2), drilledRun()], 'failures')).join('\n');
    expect(lines).toContain('20261124-100000-coupon-placebo: 플라시보 훈련');
    expect(lines).toContain('경보는 2회이다');
  });

  it('warns when load and drill ran on different machines', () => {
    const warning = '한 환경의 것으로 읽으면 안 된다';
    const host = { ...couponRun().record.host, cpuCount: 8 };
    const text = (run: ReportedRun) => linesOf(sectionOf([couponRun(), run], 'failures')).join('\n');
    expect(text(drilledRun({}, { host }))).toContain(warning);
    expect(text(drilledRun())).not.toContain(warning);
  });
});
