import type { Block, ReportView } from '../../../src/report/block.ts';
import type { ChartGroup } from '../../../src/report/charts/chart.ts';
import type { FindingView } from '../../../src/report/finding-view.ts';
import { chartImages } from '../../../src/report/renderers/chart-image.ts';
import { markdown } from '../../../src/report/renderers/markdown.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { templatesFolder } from './built-report.ts';

/** A view of one section with these blocks. */
export function builtView(blocks: readonly Block[], lang: 'ko' | 'en' = 'ko'): ReportView {
  return {
    lang,
    title: 'title',
    verdicts: [],
    sections: [{ id: 'one', heading: 'heading', blocks }],
    footer: 'footer',
  };
}

export function markdownOf(blocks: readonly Block[], withImages = true): string {
  const view = builtView(blocks);
  const images = new Map(withImages ? chartImages(view).map(({ chart, path }) => [chart, path]) : []);
  return markdown.render(view, templatesFolder, { runs: [], sentences: loadSentences(templatesFolder, 'ko'), images });
}

/** Ten seconds of two lines with a gap, and a distribution. */
export function builtGroup(changes: Partial<ChartGroup> = {}): ChartGroup {
  const seconds = Array.from({ length: 10 }, (_, second) => second);
  return {
    id: 'charts',
    runId: 'run',
    title: null,
    startedAt: 1_790_000_000_000,
    timeZone: 'Asia/Seoul',
    seconds,
    binSeconds: 1,
    charts: [
      {
        id: 'throughput',
        title: '초당 처리 건수',
        unit: '건/초',
        alt: '평균 100건, 최대 120건.',
        lines: [
          { id: 'success', label: '성공', role: 'success', values: seconds.map((s) => (s === 4 ? null : 100 + s)) },
          { id: 'failed', label: '시스템 오류', role: 'failed', values: seconds.map(() => 0) },
        ],
      },
    ],
    distributions: [
      {
        id: 'distribution',
        title: '응답 시간 분포',
        alt: '대부분 5ms 이내.',
        buckets: [
          { fromMs: 1, toMs: 2, count: 30 },
          { fromMs: 2, toMs: 4, count: 60 },
          { fromMs: 4, toMs: 8, count: 10 },
        ],
        marks: [{ label: 'p95', ms: 6 }],
      },
    ],
    marks: [{ kind: 'phase', label: '예열', from: 0, to: 2, anchor: null }],
    notes: ['Redis의 값이 없어 그리지 않았다.'],
    ...changes,
  };
}

export const builtFinding: FindingView = {
  id: 'pool',
  anchor: 'finding-pool',
  title: '커넥션 풀',
  outcome: 'problem',
  outcomeText: '문제',
  confidenceText: '확신도 높음',
  text: '커넥션을 기다린 시간이 길다.',
  evidence: [
    { metric: 'mysql_pool_waiting', value: '12건', window: '+10초 – +20초', comparedWith: '평소 0건' },
    { metric: 'mysql_pool_in_use', value: '16', window: null, comparedWith: null },
  ],
  ruledOut: ['MySQL의 락 대기: 0건'],
  surer: ['풀을 32로 늘려 다시 잰다.'],
  span: null,
};
