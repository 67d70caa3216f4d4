import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/record/run-record.ts';
import { detailValues, evidenceValue } from '../../../src/report/detail-format.ts';
import type { FindingView } from '../../../src/report/finding-view.ts';
import { numberFormat } from '../../../src/report/number-format.ts';
import { loadSentences, namesIn } from '../../../src/report/sentences.ts';
import { loadStart } from '../judge/built-run.ts';
import { couponRun, orderRun, templatesFolder } from './built-report.ts';
import { builtFinding, judgedWith, linesOf, sectionOf } from './built-section.ts';

function speechIn(lang: 'ko' | 'en') {
  const sentences = loadSentences(templatesFolder, lang);
  return { ...sentences, name: namesIn(sentences), format: numberFormat(lang) };
}

function viewsOf(findings: readonly Finding[], lang: 'ko' | 'en' = 'ko'): FindingView[] {
  const { blocks } = sectionOf([couponRun({ judgement: judgedWith(findings) })], 'performance', lang);
  return blocks.flatMap((block) => (block.kind === 'findings' ? block.findings : []));
}

const evidence = (from: number | null, to: number | null): Finding['evidence'][number] => ({
  metric: 'process_cpu_cores{process:k6}',
  ...{ from, to, value: 1.91, unit: 'cores', comparedWith: { value: 2, what: 'cpu-limit' } },
});
const usedUp = (changes: Partial<Finding> = {}) =>
  builtFinding({ outcome: 'problem', detail: { rule: 'cpu-used-up' }, evidence: [evidence(null, null)], ...changes });

describe('the details of a finding', () => {
  const values = {
    ...{ meanMs: 5.094, httpShare: 0.0254, failedCount: 1_204, arrivalsPerSecond: 99.71, heapBytes: 47_204_904 },
    ...{ usedCores: 0.2811, silentSeconds: 12, firstAt: loadStart + 12_400, plain: 3.25, status: '410' },
  };

  it('are written with the unit that their name ends with', () => {
    expect(detailValues(speechIn('ko'), values, loadStart)).toEqual({
      ...{ meanMs: '5.09ms', httpShare: '2.54%', failedCount: '1,204건', arrivalsPerSecond: '99.7건/초' },
      ...{ heapBytes: '45.0 MiB', usedCores: '0.28코어', silentSeconds: '12초', firstAt: '+12초', plain: '3.25' },
      status: '410 소진',
    });
    expect(detailValues(speechIn('en'), values, loadStart)).toMatchObject({
      ...{ failedCount: '1,204', arrivalsPerSecond: '99.7/s', usedCores: '0.28 cores', firstAt: '+12s' },
      status: '410 sold out',
    });
  });

  it('that are identifiers without a word of their own stay as they are', () => {
    expect(detailValues(speechIn('ko'), { api: 'issue_coupon', firstAt: loadStart - 400 }, loadStart)).toEqual({
      api: 'issue_coupon',
      firstAt: '+0초',
    });
  });

  it.each([
    ['ms', 1_880, '1.88초'],
    ['share', 0.5, '50.00%'],
    ['count', 3, '3건'],
    ['records', 3, '3건'],
    ['bytes', 512, '512 B'],
    ['seconds', 0.25, '250ms'],
    ['', 7.1834, '7.18'],
    ['of a newer loadkit', 12_345.6, '12,346'],
  ])('as evidence in %s are written so, too', (unit, value, text) => {
    expect(evidenceValue(speechIn('ko'), value, unit)).toBe(text);
  });
});

describe('a finding', () => {
  it('has title, sentence, outcome, confidence and its figures in words', () => {
    const [view] = viewsOf([usedUp({ evidence: [evidence(loadStart + 2_000, loadStart + 59_000)] })]);
    expect(view).toMatchObject({
      ...{ id: 'generator', anchor: 'finding-generator', title: '부하 발생기', outcomeText: '문제 있음' },
      confidenceText: '확신도 높음',
      evidence: [
        {
          metric: 'process_cpu_cores{process:k6}',
          ...{ value: '1.91코어', window: '+2초 – +59초', comparedWith: '쓸 수 있는 CPU 2코어' },
        },
      ],
    });
    expect(view?.text).toContain('쓸 수 있는 CPU를 거의 다 썼다');
    expect(viewsOf([usedUp()], 'en')[0]).toMatchObject({ outcomeText: 'problem', confidenceText: 'high confidence' });
  });

  it('about one step of the load names it', () => {
    const [view] = viewsOf([usedUp({ detail: { rule: 'cpu-used-up', step: 'rate_400' } })]);
    expect(view?.text).toContain('rate_400 단계에서');
  });

  it('without a sentence says so, and an analysis that failed says how', () => {
    const [unknown] = viewsOf([builtFinding({ id: 'newer', outcome: 'problem', detail: { rule: 'unheard-of' } })]);
    expect(unknown?.title).toBe('newer');
    expect(unknown?.text).toContain('unheard-of');
    const failed = builtFinding({ outcome: 'error', confidence: null, detail: { message: 'cannot read' } });
    const lines = linesOf(sectionOf([couponRun({ judgement: judgedWith([failed]) })], 'performance'));
    expect(lines).toContain('부하 발생기: 분석이 오류로 끝나 알 수 없다: cannot read');
  });

  it('tells what was ruled out and what would make it surer', () => {
    const reason = { id: 'not-in-any-language', values: { usedCores: 0.5 } };
    const [view] = viewsOf([usedUp({ ruledOut: [reason], surer: [reason] })]);
    expect(view?.ruledOut).toEqual(['ruled-out.not-in-any-language (usedCores=0.5코어)']);
    expect(view?.surer).toEqual(['surer.not-in-any-language (usedCores=0.5코어)']);
  });

  it('has an anchor of its own in each of several runs', () => {
    const judgement = judgedWith([usedUp()]);
    const { blocks } = sectionOf([couponRun({ judgement }), orderRun({ judgement })], 'performance');
    const anchors = blocks.flatMap((block) => (block.kind === 'findings' ? block.findings : [])).map((f) => f.anchor);
    expect(anchors).toEqual(['finding-generator-1', 'finding-generator-2']);
  });

  it('points at its seconds in the charts only where it is about a part of the load', () => {
    const span = (from: number | null, to: number | null) =>
      viewsOf([usedUp({ evidence: [evidence(from, to)] })])[0]?.span;
    expect(span(loadStart + 12_000, loadStart + 25_000)).toMatchObject({ from: 12, to: 25 });
    expect(span(loadStart - 5_000, loadStart + 3_000)).toMatchObject({ from: 0, to: 3 });
    expect(span(loadStart + 2_000, loadStart + 59_000)).toBeNull();
    expect(span(null, null)).toBeNull();
  });
});
