import type { RunRecord } from '../cli/src/record/run-record.ts';
import { indexSeries } from '../cli/src/record/series-index.ts';
import { renderers } from '../cli/src/report/renderers/registry.ts';
import { loadSentences } from '../cli/src/report/sentences.ts';
import { buildView } from '../cli/src/report/view.ts';
import { couponRun, templatesFolder } from '../cli/test/unit/report/built-report.ts';
import { type Bench, interleaved, median } from './row.ts';
import { seriesLines } from './series-lines.ts';

const pairs = 8;

/** Indexing a run's series, building the view and rendering every format, against a run a sixth as long. */
export const reportCost: Bench = {
  name: 'report',
  run: async () => {
    const { record } = couponRun();
    const [minute, tenSeconds] = [seriesLines(60), seriesLines(10)];
    for (const warmUp of [minute, tenSeconds]) wallMs(record, warmUp);
    const { ratios, a, b } = await interleaved(
      pairs,
      () => wallMs(record, minute),
      () => wallMs(record, tenSeconds),
    );
    const absolute = `${median(a).toFixed(0)} / ${median(b).toFixed(0)} ms`;
    return [{ name: 'report, every format', compares: '60 s / 10 s of 60 series', ratios, absolute }];
  },
};

function wallMs(record: RunRecord, lines: ReturnType<typeof seriesLines>): number {
  const startedAt = performance.now();
  const [runs, sentences] = [[{ record, series: indexSeries(lines) }], loadSentences(templatesFolder, 'ko')];
  const view = buildView(runs, 'ko', sentences);
  for (const { render } of renderers) render(view, templatesFolder, { runs, sentences, images: new Map() });
  return performance.now() - startedAt;
}
