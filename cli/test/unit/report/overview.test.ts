import { describe, expect, it } from 'vitest';
import type { Invariant, RunRecord, ThresholdResult } from '../../../src/record/run-record.ts';
import { terminalSummary } from '../../../src/report/renderers/terminal.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { builtLoad, builtRecord } from '../judge/built-run.ts';
import { answers, couponRun, orderRun, render, templatesFolder } from './built-report.ts';

type Judgement = NonNullable<RunRecord['judgement']>;

const slow: ThresholdResult = {
  source: 'k6',
  metric: 'http_req_duration{name:issue_coupon}',
  expression: 'p(95)<5',
  level: 'fail',
  outcome: 'broken',
  observed: 9.75,
  samples: 29_527,
  reason: null,
};

const judged = (verdict: Judgement['verdict'], thresholds: ThresholdResult[] = []): Judgement => ({
  thresholds,
  findings: [],
  verdict,
});

const invariant = (changes: Partial<Invariant>): Invariant => ({
  id: 'over-issue',
  outcome: 'held',
  violations: 0,
  evidence: { issued: 10_000, stock: 10_000 },
  reason: null,
  ...changes,
});

describe('the overview says in plain words who could not do what', () => {
  it('before the reasons, when data is wrong', () => {
    const reasons = [{ id: 'invariant-violated', values: { invariant: 'over-issue', violations: 1_203 } }];
    const record = {
      invariants: [invariant({ outcome: 'violated', violations: 1_203 })],
      judgement: judged({ name: 'INCORRECT', exitCode: 94, reasons }),
    };
    const text = render([couponRun(record)], 'ko', 'md');
    const plain = text.indexOf('준비한 수량보다 쿠폰이 더 나갔다');
    expect(plain).toBeGreaterThan(0);
    expect(text.indexOf('정합성 위반 – 초과 발급: 1,203건')).toBeGreaterThan(plain);
  });

  it('of stock below zero whose it was', () => {
    const told = (negative: number) => {
      const evidence = { negative, negativeCampaigns: 1 };
      const violated = invariant({ id: 'stock-negative', outcome: 'violated', violations: 1 + negative, evidence });
      return render([couponRun({ invariants: [violated] })], 'ko', 'md');
    };
    expect(told(2)).toContain('없는 재고가 팔렸다.');
    expect(told(0)).toContain('쿠폰의 남은 수량이 0보다 작아졌다');
    expect(told(0)).not.toContain('없는 재고가 팔렸다.');
  });

  it('when requests failed, were dropped or took long', () => {
    const load = couponRun().record.load;
    const summary = { ...load?.summary, dropped_iterations: { count: 1_344 } };
    const run = couponRun(
      {
        load: builtLoad({ summary }),
        judgement: judged({ name: 'FAIL', exitCode: 99, reasons: [] }, [slow]),
      },
      [answers({ 201: 99, 503: 1 })],
    );
    const text = render([run], 'ko', 'md');
    expect(text).toContain('요청 100건 가운데 1건(1.00%)이 시스템 오류로 끝났다');
    expect(text).toContain('1,344건은 제때 시작하지 못해');
    expect(text).toContain('응답 100건 가운데 5건은 9.75ms보다 오래');
  });

  it('and nothing of the kind when nobody was hurt', () => {
    expect(render([couponRun()], 'ko', 'md')).not.toMatch(/시스템 오류로 끝났다|제때 시작하지|보다 오래 걸렸다/);
  });
});

describe('the conclusion', () => {
  it('does not take what was not determined, or had nothing to check, for right', () => {
    const invariants = [
      invariant({}),
      invariant({ id: 'points-missing', outcome: 'undetermined', violations: null, reason: 'late' }),
      invariant({ id: 'order-lost', evidence: { orders: 0, lost: 0 } }),
    ];
    const text = render([couponRun({ invariants })], 'ko', 'md');
    const conclusion = text.slice(text.indexOf('## 7. 결론'));
    expect(conclusion).toContain('정합성 항목 1개는 확인하였고');
    expect(conclusion).toContain('확인하지 못한 정합성 항목: 포인트 적립 누락');
    expect(conclusion).toContain('정합성 항목 1개는 이 실행에 확인할 대상이 없었다');
    expect(text).toMatch(/주문 유실 +\| 유지 \(확인할 대상 없음\)/);
    expect(text).toContain('유지 1 · 위반 0 · 판정 불가 1 · 대상 없음 1');
  });

  it('warns against the figures of an invalid run', () => {
    const judgement = judged({ name: 'INVALID', exitCode: 95, reasons: [] });
    expect(render([couponRun({ judgement })], 'ko', 'md')).toContain('서버의 성능으로 읽으면 안 된다');
  });

  it('of a record that was never judged is that there is none', () => {
    const text = render([couponRun({ judgement: null, status: 'running', endedAt: null })], 'ko', 'html');
    expect(text).toContain('결론을 낼 수 없다');
    expect(text).toContain('판정 전');
  });
});

describe('several runs in one report', () => {
  const second = (changes: Partial<RunRecord>) => couponRun({ id: 'later', ...changes });

  it('of one scenario are told apart by their ids everywhere', () => {
    const text = render([couponRun(), second({})], 'ko', 'md');
    expect(text).toContain('coupon (later): 통과');
    expect(text).toContain('**부하: coupon (20260921-173320-coupon-test)**');
  });

  it('on one machine name it once, on two machines each', () => {
    const host = { ...builtRecord().host, cpuModel: 'another CPU', cpuCount: 8 };
    const machines = (text: string) => text.match(/^\| 장비 /gm)?.length;
    expect(machines(render([couponRun(), second({})], 'ko', 'md'))).toBe(1);
    const text = render([couponRun(), second({ host })], 'ko', 'md');
    expect(machines(text)).toBe(2);
    expect(text).toContain('CPU 8개짜리');
  });

  it('have a golden file', async () => {
    const order = orderRun(
      {
        judgement: judged({
          name: 'INCORRECT',
          exitCode: 94,
          reasons: [{ id: 'invariant-violated', values: { invariant: 'double-accrual', violations: 2 } }],
        }),
        invariants: [
          invariant({
            id: 'double-accrual',
            outcome: 'violated',
            violations: 2,
            evidence: { entries: 98, sameOrder: 2, sameEvent: 2 },
          }),
        ],
        drain: { drained: false, tookMs: 60_000, limitMs: 60_000, left: { 'kafka_consumer_lag{group:x}': 12 } },
      },
      [answers({ 201: 6_200, 409: 70, 503: 4 }, 'create_order')],
    );
    await expect(render([couponRun(), order], 'ko', 'md')).toMatchFileSnapshot('golden/two-runs.ko.md');
  });
});

describe('the last lines on the terminal', () => {
  const lines = (run = couponRun()) => terminalSummary(run, loadSentences(templatesFolder, 'en'));

  it('say the verdict, why, and the figures of each API', () => {
    const reasons = [
      {
        id: 'threshold-broken',
        values: { source: 'k6', metric: slow.metric, expression: slow.expression, observed: 9.75 },
      },
    ];
    const judgement = judged({ name: 'FAIL', exitCode: 99, reasons }, [slow]);
    expect(lines(couponRun({ judgement }))).toEqual([
      'FAIL  coupon · 100 VU · 60s',
      '  - http_req_duration{name:issue_coupon} p(95)<5 broken (measured 9.75ms)',
      '  POST /api/coupons/{userId}: 29,527 requests, 486.42 TPS, p95 9.75ms',
      '    10,000 success, 19,527 correct rejections, 0 system errors',
      '  invariants: 1 of 1 held',
    ]);
  });

  it('count apart the invariants that had nothing to check', () => {
    const empty = invariant({ id: 'order-lost', evidence: { orders: 0, lost: 0 } });
    const text = lines(couponRun({ invariants: [invariant({}), empty] }));
    expect(text).toContain('  invariants: 1 of 1 held, 1 had nothing to check');
  });

  it('carry no control sequence and no password', () => {
    const message = 'connect mysql://root:hunter2@127.0.0.1 \u001B[2J';
    const reasons = [{ id: 'not-started', values: { code: 'mysql', message } }];
    const text = lines(couponRun({ judgement: judged({ name: 'UNREACHABLE', exitCode: 93, reasons }) })).join('\n');
    expect(text).toContain('mysql://root:***@127.0.0.1');
    expect(text).not.toContain('\u001B');
  });
});
