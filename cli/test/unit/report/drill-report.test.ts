import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/record/run-record.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { parseReportJson } from '../../../src/report/renderers/json.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { buildView } from '../../../src/report/view.ts';
import { builtAssessment, builtDrill, drilledRun, placeboRun, repeatedDrills } from './built-drill.ts';
import { couponRun, orderRun, render, templatesFolder } from './built-report.ts';
import { linesOf, rowsOf, sectionOf } from './built-section.ts';

const view = (runs: readonly ReportedRun[], lang: 'ko' | 'en' = 'ko') =>
  buildView(runs, lang, loadSentences(templatesFolder, lang));
const groups = (runs: readonly ReportedRun[], section: string) =>
  sectionOf(runs, section).blocks.flatMap((block) => (block.kind === 'charts' ? [block.group] : []));

describe('a report that joins a load and drills', () => {
  it('has a golden file', async () => {
    const after = drilledRun(
      { mitigation: 'lock-timeout', assessment: builtAssessment({ level: 'L3', ttrMs: 1_500, clause: null }) },
      { id: '20261124-102000-coupon-after' },
    );
    const runs = [couponRun(), drilledRun(), after, placeboRun()];
    await expect(render(runs, 'ko', 'md')).toMatchFileSnapshot('golden/joined.ko.md');
  });

  it('has columns of the load alone, and the charts of the drill where it is told', () => {
    const runs = [couponRun(), drilledRun()];
    const [table] = sectionOf(runs, 'performance').blocks.flatMap((block) =>
      block.kind === 'table' ? [block.table.head] : [],
    );
    expect(table).toEqual(['지표', 'POST /api/coupons/{userId}']);
    expect(groups(runs, 'performance').map(({ runId }) => runId)).toEqual([couponRun().record.id]);
    const [group] = groups(runs, 'failures');
    expect(group).toMatchObject({ id: 'drill-1', runId: '20261124-101500-coupon-drill', distributions: [] });
    expect(group?.charts.map(({ id }) => id)).toEqual(['throughput', 'latency', 'backlog']);
  });

  it('marks while the fault stood and the moments of the drill', () => {
    const [group] = groups([couponRun(), drilledRun()], 'failures');
    expect(group?.marks.map(({ label, from, to }) => [label, from, to])).toEqual([
      ['장애 지속', 20, 40],
      // Their names would stand over each other.
      ['장애 주입 · 영향 시작', 20, null],
      ['탐지', 21, null],
      ['주입 해제', 40, null],
      ['서비스 복구', 42, null],
    ]);
  });

  it('marks of a drill with doubts only what was done', () => {
    const assessment = builtAssessment({ doubts: [{ id: 'built-doubt', values: {} }] });
    const [group] = groups([couponRun(), drilledRun({ assessment })], 'failures');
    expect(group?.marks.map(({ label }) => label)).toEqual(['장애 지속', '장애 주입', '주입 해제']);
  });

  it('keeps the verdict of the load, with the level of each kind of failure beside it', () => {
    const { title, verdicts } = view([couponRun(), drilledRun()]);
    expect(title).toBe('부하 테스트 보고서: coupon · 장애 훈련 1건');
    expect(verdicts.map(({ tone, text }) => [tone, text])).toEqual([
      ['good', '통과'],
      ['bad', '훈련에서 실측한 레벨 L1'],
    ]);
    expect(view([couponRun(), ...repeatedDrills([{ ttdMs: 1, ttrMs: 1 }])]).verdicts).toHaveLength(2);
  });

  it('no longer says that nothing was drilled, and asks for what was not', () => {
    const text = render([couponRun(), drilledRun()], 'ko', 'md');
    expect(text).not.toContain('장애를 일으켜 보지 않았으므로');
    expect(text).not.toContain('추정값뿐이다. →');
    expect(linesOf(sectionOf([couponRun(), drilledRun()], 'insights')).join('\n')).toMatch(
      /추정값뿐인 장애가 있다: DB Deadlock.*loadkit drill all/,
    );
    const failures = ['lock', 'deadlock', 'surge', 'lag'] as const;
    const all = failures.map((failure) => drilledRun({ failure }, { id: failure }));
    expect(linesOf(sectionOf([couponRun(), ...all], 'insights')).join('\n')).not.toContain('추정값뿐');
  });

  it('asks for what mends the fault, with what a mitigation gave', () => {
    const after = drilledRun(
      { mitigation: 'lock-timeout', assessment: builtAssessment({ level: 'L3', ttrMs: 1_500 }) },
      { id: 'after' },
    );
    const { blocks } = sectionOf([couponRun(), drilledRun(), after], 'insights');
    const rows = blocks.flatMap((block) => (block.kind === 'table' ? block.table.rows : []));
    const [first] = rows.filter(([topic, , , , priority]) => topic === '장애 대응력' && priority === 'P1');
    expect(first?.[2]).toMatch(/SET NX PX.*‘Redis 락 타임아웃 설정’ 적용 훈련의 결과: 레벨 L3, TTR 2초\.$/);
    expect(rows.filter(([, , , , priority]) => priority === 'P1')).toHaveLength(1);
  });
});

describe('the strategies', () => {
  const gain = (runs: readonly ReportedRun[], row: string) => rowsOf(sectionOf(runs, 'strategies')).get(row)?.[4] ?? '';
  const timeout = 'Redis 락 타임아웃 설정';
  const under = (strategy: string, level: 'L1' | 'L3', changes: Partial<RunRecord> = {}) =>
    drilledRun(
      { mitigation: level === 'L1' ? null : 'built', assessment: builtAssessment({ level }) },
      { id: strategy, set: { ISSUE_STRATEGY: strategy }, parts: [], ...changes },
    );

  it('have the gain that was measured with and without them', () => {
    const after = drilledRun(
      { mitigation: 'lock-timeout', assessment: builtAssessment({ level: 'L3', ttrMs: 1_500 }) },
      { id: 'after' },
    );
    expect(gain([couponRun(), drilledRun(), after], timeout)).toBe(
      '‘만료 없는 락의 소유자 사망’ 훈련: 레벨 L1 → L3, TTR 22초 → 2초, 유실 1,900건(2,200건 중) → 1,900건(2,200건 중) (적용 전 1회, 적용 후 1회)',
    );
    expect(gain([couponRun(), drilledRun()], timeout)).toBe('미실시');
  });

  it('are known by the settings of the service where the mitigation has another name', () => {
    const runs = [couponRun(), under('lock-no-expiry', 'L1'), under('lua', 'L3')];
    expect(gain(runs, 'Lua Script 기반 쿠폰 처리')).toContain('레벨 L1 → L3');
    expect(gain(runs, timeout)).toBe('미실시');
  });

  it.each([
    ['lua', 'Lua Script 기반 쿠폰 처리'],
    ['parallel-consumption', 'Kafka 소비 병렬화 및 prefetch 최적화'],
    ['load-shedding', '혼잡 제어 전략 (RateLimit, Backpressure)'],
    ['sorted-locks', '상품을 정해진 순서로 잠금'],
    ['retry', '데드락 재시도'],
    ['lock-wait-timeout', '짧은 락 대기 제한 시간'],
    ['outbox', '아웃박스 (이벤트를 DB에 함께 기록)'],
    ['inbox', '인박스 (중복 이벤트 거르기)'],
    ['of-another-loadkit', 'of-another-loadkit'],
  ])('have what a drill with %s gained in their row, and nothing of the others', (mitigation, row) => {
    const after = drilledRun({ fault: 'answered', mitigates: 'lock-orphan', mitigation }, { id: 'after' });
    const { blocks } = sectionOf([couponRun(), drilledRun(), after], 'strategies');
    const rows = blocks.flatMap((block) => (block.kind === 'table' ? block.table.rows : []));
    const measured = rows.filter((cells) => cells.at(-1)?.startsWith('‘만료 없는 락의 소유자 사망’ 훈련') === true);
    expect(measured.map(([first]) => first)).toEqual([row]);
    expect(rows.filter((cells) => cells.at(-1) === '미실시').length).toBe(rows.length - 1);
    expect(rows.length).toBeGreaterThanOrEqual(12 + 5);
  });

  it('are the twelve of the reference report where nothing was drilled', () => {
    expect(linesOf(sectionOf([couponRun()], 'strategies')).join('\n')).not.toContain('아웃박스');
  });

  it('count the drills as experiments', () => {
    expect(rowsOf(sectionOf([couponRun(), drilledRun()], 'strategies')).get('Chaos Engineering 실험 도입')?.[2]).toBe(
      '적용 (장애 훈련 1건, 4절)',
    );
  });
});

describe.each(['ko', 'en'] as const)("a drill's own report in %s", (lang) => {
  it('says on top what was broken, noticed, repaired, and its level', () => {
    const [account = '', first = '', ...lines] = linesOf(sectionOf([drilledRun()], 'overview', lang));
    expect(account).toMatch(lang === 'ko' ? /죽은 상황이다\. 그 결과/ : /\. As a result 1,900 of the 2,200/);
    expect(first).toMatch(lang === 'ko' ? /^훈련\(장애 주입\)/ : /^Drill \(fault injection\)/);
    expect(lines.slice(0, 4).join('\n')).toMatch(
      lang === 'ko' ? /소유자 사망[\s\S]*1초[\s\S]*22초[\s\S]*L2 → L1/ : /dies[\s\S]*1s[\s\S]*22s[\s\S]*L2 → L1/,
    );
    const { title, verdicts } = view([drilledRun()], lang);
    expect(title).toContain('coupon (lock-orphan)');
    expect(verdicts).toHaveLength(1);
  });

  it('says first that it is not to be trusted, and gives no times', () => {
    const assessment = builtAssessment({ doubts: [{ id: 'built-doubt', values: {} }] });
    const text = linesOf(sectionOf([drilledRun({ assessment })], 'overview', lang)).join('\n');
    expect(text).toContain('built-doubt');
    expect(text).not.toMatch(/22|L2 →/);
  });

  it('has its moments among the marks of its charts', () => {
    const labels = groups([drilledRun()], 'performance').flatMap(({ marks }) => marks.map(({ label }) => label));
    expect(labels).toEqual(expect.arrayContaining(['장애 지속', '장애 주입 · 영향 시작', '서비스 복구']));
    expect(groups([drilledRun()], 'failures')).toEqual([]);
  });

  it('gives every format, and no figure that is none', () => {
    for (const drill of [
      builtDrill(),
      builtDrill({ assessment: null, injection: null, detection: null, notifications: [] }),
    ]) {
      for (const format of ['md', 'json', 'junit', 'summary'] as const) {
        const text = render([drilledRun(drill)], lang, format);
        expect(text).not.toMatch(/\bNaN\b|\bInfinity\b|undefined|\[object/);
        if (format !== 'json') expect(text).not.toMatch(/\bnull\b/);
      }
    }
  });
});

describe('several drills and nothing else', () => {
  it('become the columns, named by what was broken, and are no repeats of a load', () => {
    const other = drilledRun({ fault: 'redis-stall' }, { id: 'other' });
    const { title, sections } = view([drilledRun(), other]);
    expect(title).toBe('장애 훈련 보고서: coupon (lock-orphan) · coupon (redis-stall)');
    expect(sections.map(({ id }) => id)).not.toContain('comparison');
    expect(groups([drilledRun(), other], 'performance').map(({ title }) => title)).toEqual([
      'coupon (lock-orphan)',
      'coupon (redis-stall)',
    ]);
    const five = repeatedDrills([1, 2, 3, 4, 5].map((second) => ({ ttdMs: second * 1_000, ttrMs: 9_000 })));
    expect(view(five).title).toBe('장애 훈련 보고서: 훈련 5건');
    expect(view(five).sections.map(({ id }) => id)).not.toContain('comparison');
  });

  it('are told apart by their ids where their names are the same', () => {
    expect(view([drilledRun(), drilledRun({}, { id: 'again' })]).title).toContain('coupon (again)');
  });
});

it('a placebo alone says how quiet the detector was', () => {
  const text = render([placeboRun()], 'ko', 'md');
  expect(text).toContain('경보는 0회이다');
  expect(text).not.toContain('신뢰할 수 없음');
});

it('a drill stands in report.json as it was recorded, and a load has none', () => {
  const { runs } = parseReportJson(render([couponRun(), drilledRun(), orderRun()], 'ko', 'json'));
  expect(runs.map(({ drill }) => drill?.fault ?? null)).toEqual([null, 'lock-orphan', null]);
  expect(runs[1]?.drill?.assessment).toMatchObject({ ttdMs: 1_000, level: 'L1' });
});

it('report.json leads from each kind of failure to the assessment that its figures are from', () => {
  const light = drilledRun({ fault: 'redis-stall', assessment: builtAssessment({ level: 'L3' }) }, { id: 'light' });
  const whole = parseReportJson(render([couponRun(), light, drilledRun()], 'ko', 'json'));
  const [lock, ...others] = whole.failures;
  expect(lock).toMatchObject({ id: 'lock', drillCount: 2, worst: { run: '20261124-101500-coupon-drill' } });
  expect(lock?.worst?.assessmentPointer).toBe('/runs/2/drill/assessment');
  expect(others).toEqual(['deadlock', 'surge', 'lag'].map((id) => ({ id, drillCount: 0, worst: null })));
  expect(parseReportJson(render([couponRun()], 'ko', 'json')).failures).toEqual([]);
});

it('a drill is one line of the summary, with its times', () => {
  const line = render([drilledRun()], 'ko', 'summary');
  expect(line).toContain('레벨 L2 → L1, TTD 1초, TTR 22초');
  expect(line.trimEnd().split('\n')).toHaveLength(1);
});
