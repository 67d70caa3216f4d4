import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/record/run-record.ts';
import { terminalSummary } from '../../../src/report/renderers/terminal.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { couponRun, orderRun, templatesFolder } from './built-report.ts';
import { builtFinding, judgedWith, linesOf, sectionOf } from './built-section.ts';

const shares = { thinkShare: 0.9897, httpShare: 0.0056, meanMs: 1.1, bestMs: 0.6 };
const noBottleneck = builtFinding({ id: 'bottleneck', detail: { rule: 'think-time', ...shares } });
const deadlocks = builtFinding({
  ...{ id: 'mysql-lock', outcome: 'problem', confidence: 'medium' },
  detail: { rule: 'deadlock', deadlockCount: 12, deadlockSeconds: 5, firstAt: 0 },
});
const gaps = builtFinding({ id: 'probe-gap', outcome: 'problem' });
const blind = builtFinding({
  ...{ id: 'heap', outcome: 'insufficient-data', confidence: null, detail: { rule: 'not-watched' } },
});

const run = (...findings: Finding[]) => couponRun({ judgement: judgedWith(findings) });

function toldIn(findings: readonly Finding[]): string[] {
  const { blocks } = sectionOf([run(...findings)], 'performance');
  return blocks.flatMap((block) => (block.kind === 'findings' ? block.findings.map(({ id }) => id) : []));
}

describe('the summary of the bottleneck', () => {
  it('tells the bottleneck first, then problems, the surest first', () => {
    expect(toldIn([builtFinding({}), deadlocks, gaps, noBottleneck])).toEqual([
      'bottleneck',
      'probe-gap',
      'mysql-lock',
    ]);
  });

  it('tells the bottleneck in full even where there is none', () => {
    expect(toldIn([noBottleneck])).toEqual(['bottleneck']);
    const lines = linesOf(sectionOf([run(noBottleneck)], 'performance')).join('\n');
    expect(lines).toContain('98.97%');
  });

  it('lists what was in order, and apart what the data could not say', () => {
    const lines = linesOf(sectionOf([run(noBottleneck, builtFinding({}), blind)], 'performance'));
    expect(lines.find((line) => line.startsWith('부하 발생기 | '))).toMatch(/여유가 있었다.*높음$/);
    const told = lines.indexOf('데이터로 말할 수 없는 것:');
    expect(told).toBeGreaterThan(0);
    expect(lines[told + 1]).toContain('힙');
  });

  it('says of a record without a diagnosis that it has none', () => {
    expect(linesOf(sectionOf([run(builtFinding({}))], 'performance')).join('\n')).toContain('병목 진단이 없어');
    const { load } = couponRun().record;
    const lines = linesOf(sectionOf([couponRun({ judgement: null, load })], 'performance')).join('\n');
    expect(lines).toContain('아직 판정되지 않은 기록');
  });

  it('names the run where there are several', () => {
    const lines = linesOf(sectionOf([run(noBottleneck), orderRun()], 'performance'));
    expect(lines).toContain('coupon');
    expect(lines).toContain('order');
  });

  it('shows the outcomes of many runs side by side', () => {
    const lines = linesOf(sectionOf([run(noBottleneck, gaps), run(noBottleneck), orderRun()], 'performance'));
    expect(lines).toContain('관측의 빈틈 | 문제 있음 | — | —');
    expect(lines.filter((line) => line.startsWith('병목: '))).toHaveLength(2);
  });

  it('says once what the model of the load hides', () => {
    const hidden = linesOf(sectionOf([run(), orderRun()], 'performance')).filter((line) =>
      line.startsWith('폐쇄형에서는'),
    );
    expect(hidden).toHaveLength(1);
  });
});

describe('what limits the run', () => {
  it.each(['overview', 'conclusion'])('stands in the %s with how sure it is', (section) => {
    const text = linesOf(sectionOf([run(noBottleneck)], section)).join('\n');
    expect(text).toMatch(/98\.97%.*\(확신도 높음\)/);
  });

  it('is a line of the terminal', () => {
    const lines = terminalSummary(run(noBottleneck), loadSentences(templatesFolder, 'en'));
    expect(lines.filter((line) => line.startsWith('  limit: '))).toEqual([
      expect.stringMatching(/98\.97%.*\(high confidence\)$/),
    ]);
    expect(terminalSummary(run(), loadSentences(templatesFolder, 'en')).join()).not.toContain('limit:');
  });

  it('names four of many things that the data could not say, and how many more there are', () => {
    const open = Array.from({ length: 7 }, (_, index) => ({ ...blind, id: `analyzer-${index}` }));
    expect(linesOf(sectionOf([run(noBottleneck, ...open)], 'conclusion')).join('\n')).toContain(
      'analyzer-0 · analyzer-1 · analyzer-2 · analyzer-3 외 3가지',
    );
  });

  it('is not called unknowable in the conclusion, what the data lack is', () => {
    const text = linesOf(sectionOf([run(noBottleneck, blind)], 'conclusion')).join('\n');
    expect(text).not.toContain('어디가 병목인지');
    expect(text).toMatch(/말할 수 없는 것: 메모리와 GC$/m);
  });
});
