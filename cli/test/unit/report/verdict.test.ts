import { describe, expect, it } from 'vitest';
import { type RunRecord, type Verdict, verdictNames } from '../../../src/record/run-record.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { answers, couponRun, render, templatesFolder } from './built-report.ts';

const verdict = (name: Verdict['name'], reasons: Verdict['reasons'] = []): Partial<RunRecord> => ({
  judgement: { thresholds: [], findings: [], verdict: { name, exitCode: 1, reasons } },
});

const nothingLoaded: Partial<RunRecord> = { load: null, drain: null, invariants: [], status: 'failed' };

describe.each(['ko', 'en'] as const)('in %s', (lang) => {
  it.each(verdictNames)('%s is said with its meaning, on top of both formats', (name) => {
    const { say } = loadSentences(templatesFolder, lang);
    for (const format of ['md', 'html'] as const) {
      const text = render([couponRun(verdict(name))], lang, format);
      const said = text.indexOf(say(`meaning.${name}`));
      expect(said).toBeGreaterThan(0);
      expect(said).toBeLessThan(text.lastIndexOf(say('heading.purpose')));
      expect(text).toContain(say(`verdict.${name}`));
    }
  });
});

describe('a run that', () => {
  it('could not be started has the reason and no figure at all', () => {
    const reasons = [{ id: 'not-started', values: { code: 'redis', message: 'no answer on 127.0.0.1:6379' } }];
    const text = render([couponRun({ ...verdict('UNREACHABLE', reasons), ...nothingLoaded }, [])], 'ko', 'md');
    expect(text).toContain('- no answer on 127.0.0.1:6379 (redis)');
    expect(text).toContain('측정된 요청이 없어 수치를 제시할 수 없다');
    expect(text).toContain('부하가 시작되지 않았다');
    expect(text).toContain('정합성 검증 미실시');
    expect(text).not.toMatch(/\b0건|0\.00%|TPS \|/);
  });

  it('was interrupted keeps what was measured and says what was not', () => {
    const changes: Partial<RunRecord> = { status: 'interrupted', drain: null, invariants: [] };
    const reasons = [{ id: 'interrupted', values: {} }];
    const text = render([couponRun({ ...verdict('INTERRUPTED', reasons), ...changes })], 'ko', 'md');
    expect(text).toContain('coupon: 중단됨');
    expect(text).toMatch(/총 요청 수 +\| +29,527건/);
    expect(text).toMatch(/정합성 항목 +\| +미실시/);
    expect(text).toContain('밀린 작업의 처리를 확인하지 못했다 (미실시)');
  });

  it('sent no request has no share of failures', () => {
    const reasons = [{ id: 'no-requests', values: {} }];
    const load = couponRun().record.load;
    if (load === null) throw new Error('a built run has a load');
    const reconciliation = { seriesRequests: 0, summaryRequests: 0, difference: 0, rejectedExports: 0 };
    const run = couponRun({ ...verdict('INCONCLUSIVE', reasons), load: { ...load, summary: {}, reconciliation } }, [
      answers({}),
    ]);
    const text = render([run], 'ko', 'md');
    expect(text).toContain('- 요청이 하나도 측정되지 않았다.');
    expect(text).toMatch(/총 요청 수 +\| +0건/);
    expect(text).toMatch(/응답 실패율 +\| +— \|/);
    expect(text).toMatch(/응답 시간 \(p95\) +\| +— \|/);
  });

  it('was invalid names the rule of the generator', () => {
    const judgement: RunRecord['judgement'] = {
      thresholds: [],
      findings: [
        {
          ...{ id: 'generator', outcome: 'problem', confidence: 'high', evidence: [], ruledOut: [], surer: [] },
          detail: { rule: 'cpu-starved' },
        },
      ],
      verdict: {
        name: 'INVALID',
        exitCode: 95,
        reasons: [{ id: 'generator-limit', values: { rule: 'cpu-starved' } }],
      },
    };
    const text = render([couponRun({ judgement })], 'ko', 'md');
    expect(text.match(/k6가 쉴 새 없이 일하려 했으나 CPU를 충분히 받지 못했다/g)).toHaveLength(2);
    expect(text).toContain('이 보고서의 수치를 서버의 성능으로 읽으면 안 된다');
  });

  it.each([
    ['too-short', '부하 시간이 너무 짧아'],
    ['not-watched', '관측하지 못하여'],
  ])('whose generator was %s says why it cannot tell', (rule, words) => {
    const judgement: RunRecord['judgement'] = {
      thresholds: [],
      findings: [
        {
          ...{
            id: 'generator',
            outcome: 'insufficient-data',
            confidence: 'high',
            evidence: [],
            ruledOut: [],
            surer: [],
          },
          detail: { rule },
        },
      ],
      verdict: { name: 'PASS', exitCode: 0, reasons: [] },
    };
    expect(render([couponRun({ judgement })], 'ko', 'md')).toContain(words);
  });
});

it('figures among the reasons are written as figures', () => {
  const reasons = [
    { id: 'series-differs', values: { difference: -1_203 } },
    { id: 'not-drained', values: { waitedMs: 60_000 } },
    { id: 'invariant-violated', values: { invariant: 'over-issue', violations: 'unknown' } },
    { id: 'script-failed', values: { exitCode: 107 } },
  ];
  const text = render([couponRun(verdict('INCORRECT', reasons))], 'ko', 'md');
  expect(text).toContain('k6가 센 것과 1,203건 차이 난다');
  expect(text).toContain('60초 동안 기다렸으나');
  expect(text).toContain('정합성 위반 – 초과 발급: —');
  expect(text).toContain('종료 코드 107');
});
