import { describe, expect, it } from 'vitest';
import { reasonValues } from '../../../src/judge/reason.ts';
import type { Finding, Reason, RunRecord } from '../../../src/record/run-record.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { couponRun, orderRun } from './built-report.ts';
import { builtFinding, judgedWith, linesOf, sectionOf } from './built-section.ts';

type VerdictName = NonNullable<RunRecord['judgement']>['verdict']['name'];

const failed = (reasons: readonly Reason[], findings: readonly Finding[] = [], name: VerdictName = 'FAIL') =>
  judgedWith(findings, { name, exitCode: 99, reasons: [...reasons] });

const broken: Reason = {
  id: 'threshold-broken',
  values: { source: 'k6', metric: 'http_req_duration{name:issue_coupon}', expression: 'p(95)<5', observed: 9.75 },
};
const oversold: Reason = { id: 'invariant-violated', values: { invariant: 'over-issue', violations: 1_203 } };
const slow = builtFinding({
  ...{ id: 'mysql-load', outcome: 'problem', detail: { rule: 'slow-queries', slowCount: 3, slowSeconds: 2 } },
});
const unsure: Finding = { ...slow, id: 'mysql-lock', confidence: 'low', detail: { rule: 'newer' } };

function rows(runs: readonly ReportedRun[], lang: 'ko' | 'en' = 'ko'): ReadonlyArray<readonly string[]> {
  const { blocks } = sectionOf(runs, 'insights', lang);
  return blocks.flatMap((block) => (block.kind === 'table' ? block.table.rows : []));
}

describe('insights and action items', () => {
  it('put wrong data and broken promises before what limits the service, and that before the rest', () => {
    const judgement = failed([broken, oversold], [unsure, slow]);
    const found = rows([couponRun({ judgement })]).slice(0, 4);
    expect(found.map((row) => row[4])).toEqual(['P1', 'P1', 'P2', 'P3']);
    expect(found.map((row) => row[0])).toEqual(['정합성', '약속한 기준', '성능', '성능']);
  });

  it('say first who was hurt, then what to do, on which figures, and leave owner and due date blank', () => {
    const invariants: RunRecord['invariants'] = [
      {
        id: 'over-issue',
        outcome: 'violated',
        violations: 1_203,
        evidence: { issued: 11_203, stock: 10_000 },
        reason: null,
      },
    ];
    const [row] = rows([couponRun({ judgement: failed([oversold], [], 'INCORRECT'), invariants })]);
    expect(row?.[1]).toMatch(/^준비한 수량보다 쿠폰이 더 나갔다/);
    expect(row?.[2]).toContain('한 번에 처리하게 고친다');
    expect(row?.[3]).toContain('초과 발급: 1,203건 (발급 11,203 · 준비 수량 10,000)');
    expect(row?.slice(5)).toEqual(['', '']);
  });

  it('take an action from the finding, or say where to begin', () => {
    const found = rows([couponRun({ judgement: failed([], [slow, unsure]) })]);
    expect(found[0]?.[2]).toContain('EXPLAIN');
    expect(found[1]?.[2]).toContain('부하가 없을 때의 값과 비교');
  });

  it('tell what reason and finding both say once', () => {
    const finding = builtFinding({ outcome: 'problem', detail: { rule: 'cpu-used-up' } });
    const reason = { id: 'generator-limit', values: { rule: 'cpu-used-up' } };
    const found = rows([couponRun({ judgement: failed([reason], [finding], 'INVALID') })]);
    const told = found.filter((row) => row[0] === '테스트 현실성' && row[4] === 'P1');
    expect(told).toHaveLength(1);
    expect(told[0]?.[1]).toContain('쓸 수 있는 CPU를 거의 다 썼다');
  });

  it('tell all broken thresholds as one, with who was hurt, why, and the action of the bottleneck', () => {
    const bottleneck = builtFinding({
      ...{ id: 'bottleneck', outcome: 'problem', confidence: 'medium' },
      detail: {
        ...{ rule: 'named', component: 'mysql', resource: 'row-lock', advice: 'row-lock' },
        ...{ inFlightCount: 30, meanMs: 196, bestMs: 0.95 },
      },
    });
    const other = { ...broken, values: { ...broken.values, expression: 'p(99)<9', observed: 20 } };
    const thresholds: NonNullable<RunRecord['judgement']>['thresholds'] = [
      {
        ...{ source: 'k6', metric: 'http_req_duration{name:issue_coupon}', expression: 'p(95)<5', level: 'fail' },
        ...{ outcome: 'broken', observed: 9.75, samples: 100, reason: null },
      },
    ];
    const judgement = { ...failed([broken, other], [bottleneck]), thresholds };
    const [row, ...others] = rows([couponRun({ judgement })]);
    expect(row?.[1]).toMatch(/응답 100건 가운데 5건은 9\.75ms보다 오래 걸렸다.*MySQL의 행 락 대기.*\(확신도 보통\)$/);
    expect(row?.[2]).toContain('MySQL의 행 락 대기:');
    expect(row?.[3]).toMatch(/p\(95\)<5 .* · .*p\(99\)<9/);
    expect(others.filter((one) => one[1]?.includes('행 락'))).toEqual([]);
  });

  it('do not blame the service for the thresholds of a run that was no measurement', () => {
    const finding = builtFinding({ outcome: 'problem', detail: { rule: 'cpu-used-up' } });
    const reasons = [{ id: 'generator-limit', values: { rule: 'cpu-used-up' } }, broken];
    const found = rows([couponRun({ judgement: failed(reasons, [finding], 'INVALID') })]);
    expect(found[0]?.[0]).toBe('테스트 현실성');
    const promise = found.find((row) => row[0] === '약속한 기준');
    expect(promise?.[4]).toBe('P3');
    expect(promise?.[2]).toContain('이 값으로 판단하지 말고');
  });

  it('keep a reason whose finding the record does not have', () => {
    const reason = { id: 'generator-limit', values: { rule: 'cpu-starved' } };
    const [row] = rows([couponRun({ judgement: failed([reason], [], 'INVALID') })]);
    expect(row?.slice(0, 2)).toEqual(['테스트 현실성', expect.stringContaining('부하 발생기가 한계에 이르렀다')]);
  });

  it('call remarks on a pass what they are', () => {
    const warned = { ...broken, id: 'threshold-warned' };
    expect(
      rows([couponRun({ judgement: judgedWith([], { name: 'PASS', exitCode: 0, reasons: [warned] }) })])[0]?.[4],
    ).toBe('P3');
  });

  it('stand once for repeats of a scenario, and name the run where only some have it', () => {
    const first = couponRun({ judgement: failed([broken]) });
    const second = couponRun({ id: 'second', judgement: failed([broken]) });
    const found = rows([first, second, orderRun()]).filter((row) => row[4] === 'P1');
    expect(found).toHaveLength(1);
    expect(found[0]?.[1]).toMatch(/^coupon \(20260921-173320-coupon-test\), coupon \(second\): /);
    expect(found[0]?.[3]).toContain('실행 2회에서 나타남');
  });

  it.each(['ko', 'en'] as const)('have an action for every reason in %s', (lang) => {
    const values = {
      metric: 'm',
      expression: 'e',
      why: 'gap',
      invariant: 'unheard-of',
      message: 'm',
      code: 'c',
      probe: 'p',
    };
    const numbers = {
      exitCode: 1,
      requests: 1,
      addresses: '',
      seconds: 3,
      difference: 1,
      byK6: 3,
      inSeries: 2,
      count: 1,
      waitedMs: 1,
      afterMs: 1,
      alarms: 1,
      goodShare: 0.9,
      leastShare: 0.99,
      badShare: 0.6,
      offered: 1,
      planned: 2,
      observed: 1,
    };
    const others = {
      source: 'k6',
      rule: 'sockets',
      step: 's',
      process: 'p',
      detail: 'd',
      analyzer: 'a',
      violations: 1,
      signal: 'SIGKILL',
      store: 'redis',
      fault: 'row-held',
      level: 'L2',
      most: 'L3',
    };
    for (const id of Object.keys(reasonValues)) {
      const reason = { id, values: { ...values, ...numbers, ...others } };
      const found = rows([couponRun({ judgement: failed([reason]) })], lang);
      expect(
        found.flat().filter((text) => text.includes('remedy.')),
        id,
      ).toEqual([]);
    }
  });
});

describe('where nothing was found', () => {
  const calm = builtFinding({ id: 'bottleneck', detail: { rule: 'unworded' } });

  it('the section says so, and which runs would tell more', () => {
    const lines = linesOf(sectionOf([couponRun({ judgement: judgedWith([calm]) })], 'insights'));
    expect(lines[0]).toContain('당장 고쳐야 할 것은 찾지 못했다');
    const text = lines.join('\n');
    expect(text).toContain('loadkit run coupon --profile stress');
    expect(text).toContain('loadkit run coupon --repeats 4');
    expect(text).toContain('loadkit run coupon --profile open');
    expect(text).toMatch(/MTTD, MTTR.*추정값뿐/);
  });

  it('no run is asked for that was made', () => {
    const repeats = [
      couponRun({ judgement: judgedWith([calm]) }),
      couponRun({ id: 'b', judgement: judgedWith([calm]) }),
    ];
    const { scenario } = couponRun().record;
    if (scenario === null) throw new Error('a built run has a scenario');
    const stressed = couponRun({
      judgement: judgedWith([calm]),
      scenario: { ...scenario, profile: 'stress', model: 'open' },
    });
    expect(linesOf(sectionOf(repeats, 'insights')).join('\n')).not.toContain('--repeats');
    const text = linesOf(sectionOf([stressed], 'insights')).join('\n');
    expect(text).not.toContain('--profile stress');
    expect(text).not.toContain('--profile open');
  });

  it('a script of others gets no command that does not fit it', () => {
    const { scenario } = couponRun().record;
    if (scenario === null) throw new Error('a built run has a scenario');
    const run = couponRun({ judgement: judgedWith([calm]), scenario: { ...scenario, foreign: true } });
    const text = linesOf(sectionOf([run], 'insights')).join('\n');
    expect(text).toContain('ramping-arrival-rate');
    expect(text).not.toContain('loadkit run');
  });

  it('the overview has three things to do, of what was found the most urgent', () => {
    const actions = (runs: readonly ReportedRun[]) =>
      linesOf(sectionOf(runs, 'overview')).filter((line) => /^P[123] – /.test(line));
    expect(actions([couponRun({ judgement: judgedWith([calm]) })])).toHaveLength(3);
    const urgent = actions([couponRun({ judgement: failed([broken, oversold], [slow, unsure]) })]);
    expect(urgent.map((line) => line.slice(0, 2))).toEqual(['P1', 'P1', 'P2']);
    expect(urgent[1]).toMatch(/^P1 – 임계치 1개를 지키지 못했다\. → /);
  });
});
