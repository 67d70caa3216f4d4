import { describe, expect, it } from 'vitest';
import type { Finding, Part, RunRecord } from '../../../src/record/run-record.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { couponRun, orderRun } from './built-report.ts';
import { builtFinding, judgedWith, linesOf, rowsOf, sectionOf } from './built-section.ts';

const api = (settings: Part['settings']): Part => ({
  ...{ name: 'api', product: 'coupon-order', version: '0.1.0', origin: 'local', settings },
});
const service = (settings: Part['settings'], changes: Partial<RunRecord> = {}) =>
  couponRun({ parts: [api(settings)], ...changes });

const columns = { applied: 2, needed: 3, effect: 4 } as const;

function cell(runs: readonly ReportedRun[], row: string, column: keyof typeof columns): string {
  return rowsOf(sectionOf(runs, 'strategies')).get(row)?.[columns[column]] ?? '';
}

const lua = 'Lua Script 기반 쿠폰 처리';
const lockTimeout = 'Redis 락 타임아웃 설정';
const consumers = 'Kafka 소비 병렬화 및 prefetch 최적화';
const congestion = '혼잡 제어 전략 (RateLimit, Backpressure)';
const slowQuery = 'Slow Query 로그 수집 및 인덱스 적용';
const replica = 'DB Read Replica 구성';

describe('the twelve strategies', () => {
  it('stand four in each horizon, in both languages', () => {
    for (const lang of ['ko', 'en'] as const) {
      const { blocks } = sectionOf([couponRun()], 'strategies', lang);
      const tables = blocks.flatMap((block) => (block.kind === 'table' ? [block.table] : []));
      expect(tables.map(({ rows }) => rows.length)).toEqual([4, 4, 4]);
    }
    expect(linesOf(sectionOf([couponRun()], 'strategies'))[0]).toBe('단기 대응 (1주 이내)');
  });

  it.each([
    ['lua', '적용 (ISSUE_STRATEGY=lua)', '해당 없음 (ISSUE_STRATEGY=lua)'],
    ['lock', '미적용 (ISSUE_STRATEGY=lock)', '적용 (LOCK_WAIT_MS=500, LOCK_TTL_MS=2000)'],
    ['lock-no-expiry', '미적용 (ISSUE_STRATEGY=lock-no-expiry)', '미적용 (ISSUE_STRATEGY=lock-no-expiry)'],
    ['naive', '미적용 (ISSUE_STRATEGY=naive)', '해당 없음 (ISSUE_STRATEGY=naive)'],
  ])('say of coupons issued by %s what was in use', (strategy, ofLua, ofLock) => {
    const run = service({ ISSUE_STRATEGY: strategy, LOCK_WAIT_MS: '500', LOCK_TTL_MS: '2000' });
    expect(cell([run], lua, 'applied')).toBe(ofLua);
    expect(cell([run], lockTimeout, 'applied')).toBe(ofLock);
  });

  it('read numbers and limits from the settings', () => {
    const limits = { RATE_LIMIT_RPS: '0', SHED_EVENT_LOOP_MS: '0', MAX_IN_FLIGHT: '1000' };
    expect(cell([service(limits)], congestion, 'applied')).toMatch(/^일부 적용 \(RATE_LIMIT_RPS=0, /);
    expect(cell([service({ ...limits, RATE_LIMIT_RPS: '200' })], congestion, 'applied')).toMatch(/^적용 \(/);
    expect(cell([service({ ACCRUAL_CONCURRENCY: '1' })], consumers, 'applied')).toMatch(/^미적용/);
    expect(cell([service({ ACCRUAL_CONCURRENCY: '4' })], consumers, 'applied')).toMatch(
      /^적용 \(ACCRUAL_CONCURRENCY=4/,
    );
    const mysql = { ...api({ slow_query_log: 'ON' }), name: 'mysql' };
    expect(cell([couponRun({ parts: [mysql] })], slowQuery, 'applied')).toBe('적용 (slow_query_log=ON)');
  });

  it('do not guess about a service that loadkit did not start', () => {
    const foreign = couponRun({ parts: [], stack: { provider: 'external' } });
    for (const row of [lua, lockTimeout, consumers, congestion, slowQuery, replica]) {
      expect(cell([foreign], row, 'applied'), row).toBe('알 수 없음');
    }
    const mysql = { ...api({}), name: 'mysql' };
    expect(cell([couponRun({ parts: [mysql] })], replica, 'applied')).toBe('미적용 (mysql × 1)');
  });

  it('name the findings and invariants that call for them, and come first in their horizon then', () => {
    const slow = builtFinding({
      ...{ id: 'mysql-load', outcome: 'problem', detail: { rule: 'slow-queries', slowCount: 3, slowSeconds: 2 } },
    });
    const run = couponRun({
      judgement: judgedWith([slow]),
      invariants: [{ id: 'over-issue', outcome: 'violated', violations: 2, evidence: {}, reason: null }],
    });
    expect(cell([run], slowQuery, 'needed')).toBe('MySQL 부하');
    expect(cell([run], lua, 'needed')).toBe('초과 발급');
    expect(cell([run], lockTimeout, 'needed')).toBe('이 실행에는 근거 없음');
    const order = [...rowsOf(sectionOf([run], 'strategies')).keys()];
    expect(order.slice(0, 3)).toEqual([lua, slowQuery, lockTimeout]);
    expect(cell([run, orderRun()], lua, 'needed')).toBe('초과 발급 (coupon)');
  });

  it('follow the bottleneck by its component and resource', () => {
    const bottleneck = (component: string, resource: string): Finding =>
      builtFinding({ id: 'bottleneck', outcome: 'problem', detail: { rule: 'unworded', component, resource } });
    const run = (finding: Finding) => couponRun({ judgement: judgedWith([finding]) });
    expect(cell([run(bottleneck('mysql', 'row-lock'))], replica, 'needed')).toBe('병목: MySQL');
    expect(cell([run(bottleneck('their-process', 'event-loop'))], congestion, 'needed')).toBe('병목: their-process');
    expect(cell([run(bottleneck('consumer', 'processing'))], consumers, 'needed')).toContain('병목');
    const none = builtFinding({ id: 'bottleneck', detail: { rule: 'unworded', component: 'mysql' } });
    expect(cell([run(none)], replica, 'needed')).toBe('이 실행에는 근거 없음');
  });
});

describe('the measured effect of a strategy', () => {
  const issuedBy = (strategy: string, rate: number, id: string, more: Record<string, string> = {}) => {
    const { load } = couponRun().record;
    if (load?.summary == null) throw new Error('a built run has a summary');
    const requests = load.summary['http_reqs{name:issue_coupon}'];
    const summary = { ...load.summary, 'http_reqs{name:issue_coupon}': { ...requests, rate } };
    return couponRun({ id, set: { ISSUE_STRATEGY: strategy, ...more }, load: { ...load, summary } });
  };

  it('is not run without a comparison', () => {
    expect(cell([couponRun(), orderRun()], lua, 'effect')).toBe('미실시');
  });

  it('is the range of each variant, and no winner where they overlap', () => {
    const four = (rates: readonly number[]) =>
      rates.map((rate, index) => issuedBy(index < 2 ? 'lua' : 'lock', rate, `run-${index}`));
    const apart = cell(four([500, 510, 400, 410]), lua, 'effect');
    expect(apart).toContain('ISSUE_STRATEGY=lua 500.00 TPS – 510.00 TPS, ISSUE_STRATEGY=lock 400.00 TPS – 410.00 TPS');
    expect(apart).toContain('범위가 겹치지 않음');
    expect(cell(four([500, 405, 400, 410]), lua, 'effect')).toMatch(/초당 처리 건수.*우열을 말할 수 없음/);
    expect(cell(four([500, 510, 400, 410]), consumers, 'effect')).toBe('미실시');
  });

  it('is not read from runs that differ in a second setting', () => {
    const runs = [issuedBy('lua', 500, 'a', { LOCK_TTL_MS: '1' }), issuedBy('lock', 400, 'b', { LOCK_TTL_MS: '2' })];
    expect(cell(runs, lua, 'effect')).toBe('미실시');
  });
});
