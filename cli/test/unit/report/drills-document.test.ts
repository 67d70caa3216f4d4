import { describe, expect, it } from 'vitest';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { buildDrills } from '../../../src/report/drill/drills-document.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { builtAssessment, drilledRun, placeboRun, repeatedDrills } from './built-drill.ts';
import { couponRun, renderDrills, templatesFolder } from './built-report.ts';
import { linesOf } from './built-section.ts';

const answered = () =>
  drilledRun(
    {
      fault: 'lock-orphan-expiring',
      mitigates: 'lock-orphan',
      mitigation: 'lock-timeout',
      assessment: builtAssessment({ level: 'L3', ttrMs: 1_500, clause: null }),
    },
    { id: '20261124-102000-coupon-after' },
  );

function drillsOf(runs: readonly ReportedRun[], lang: 'ko' | 'en' = 'ko') {
  return buildDrills(runs, lang, loadSentences(templatesFolder, lang));
}

describe('the drills of a report by themselves', () => {
  it.each(['ko', 'en'] as const)('in %s are as they were', async (lang) => {
    const linked = { ...drilledRun(), document: '../20261124-101500-coupon-drill/incident' };
    const text = renderDrills([couponRun(), placeboRun(), linked, answered()], lang, 'md');
    await expect(text).toMatchFileSnapshot(`golden/drills.${lang}.md`);
  });

  it('have every variant, what a mitigation changed, and each drill with its place in report.json', () => {
    const repeats = repeatedDrills([1_000, 2_000, 3_000].map((ttdMs) => ({ ttdMs, ttrMs: 10 * ttdMs })));
    const view = drillsOf([couponRun(), placeboRun(2), ...repeats, answered()]);
    expect(view?.title).toBe('장애 훈련 결과 모음: 훈련 4건');
    expect(view?.sections.map(({ id }) => id)).toEqual([
      ...['overview', 'failures', 'variants', 'mitigations', 'every', 'charts', 'levels'],
    ]);
    const lines = new Map(view?.sections.map((section) => [section.id, linesOf(section)]));
    expect(lines.get('variants')).toHaveLength(1 + 2 + 1);
    const every = lines.get('every')?.filter((line) => line.includes(' | /runs/')) ?? [];
    expect(every.map((line) => line.split(' | ').slice(-2))).toEqual([
      ['/runs/2', 'lock-orphan-1'],
      ['/runs/3', 'lock-orphan-2'],
      ['/runs/4', 'lock-orphan-3'],
      ['/runs/5', '20261124-102000-coupon-after'],
    ]);
    expect(every[1]).toMatch(/^만료 없는 락의 소유자 사망 \(3회 중 2번째\) \|/);
    expect(lines.get('overview')?.join('\n')).toContain('경보는 2회이다');
  });

  it('say that there was no placebo, and of two machines both', () => {
    const host = { ...drilledRun().record.host, cpuModel: 'Another' };
    const text = drillsOf([drilledRun(), drilledRun({}, { id: 'elsewhere', host })])?.sections.flatMap(linesOf) ?? [];
    expect(text.some((line) => line.startsWith('플라시보 훈련이 함께 있지 않아'))).toBe(true);
    expect(text.filter((line) => line.startsWith('측정한 장비'))).toHaveLength(2);
  });

  it('are none of a single drill, which its incident report tells', () => {
    expect(drillsOf([couponRun(), placeboRun(), drilledRun()])).toBeNull();
  });
});
