import { expect, it } from 'vitest';
import { couponRun, orderRun, render } from './built-report.ts';

it('the summary is one line a run with verdict, load, TPS, p95, failures and invariants', () => {
  const text = render([couponRun(), orderRun()], 'ko', 'summary');
  const lines = text.split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(
    /^PASS \(통과\) · coupon · 100 VU · 60s · 486\.42 TPS · p95 9\.75ms · 실패율 0\.00% · 정합성 1\/1 · 병목/,
  );
  expect(render([couponRun()], 'en', 'summary')).toMatch(/^PASS \(pass\) · coupon .* failed 0\.00% · invariants 1\/1/);
});

it('the summary says what was not measured', () => {
  const text = render([couponRun({ load: null, invariants: [], judgement: null }, [])], 'ko', 'summary');
  expect(text).toMatch(/^판정.* · coupon · 100 VU · 60s · 측정된 요청 없음 · 정합성 미실시 · 병목 분석 미실시\n$/);
});

it('the summary stays one line of 500 characters whatever the names are', () => {
  const { scenario } = couponRun().record;
  if (scenario === null) throw new Error('a built run has a scenario');
  const long = `a\nb\u001B[31m${'x'.repeat(600)}`;
  const text = render([couponRun({ scenario: { ...scenario, name: long, shape: long } })], 'ko', 'summary');
  expect(text.match(/\n/g)).toHaveLength(1);
  expect(text.length).toBeLessThanOrEqual(501);
});
