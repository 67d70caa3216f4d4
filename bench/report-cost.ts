import { fileURLToPath } from 'node:url';
import type { RunRecord } from '../cli/src/record/run-record.ts';
import type { SeriesLine } from '../cli/src/record/series.ts';
import { indexSeries } from '../cli/src/record/series-index.ts';
import { renderers } from '../cli/src/report/renderers/registry.ts';
import { loadSentences } from '../cli/src/report/sentences.ts';
import { buildView } from '../cli/src/report/view.ts';
import { builtRecord, loadStart } from '../cli/test/unit/judge/built-run.ts';
import type { Bench } from './row.ts';
import { interleaved, median } from './row.ts';

const templates = fileURLToPath(new URL('../templates/', import.meta.url));
const series = 60;
const pairs = 6;

/** Reading a series and rendering both formats: an hour over a minute of it, each with 60 series. */
export const reportCost: Bench = {
  name: 'report of an hour',
  run: async () => {
    const [hour, minute] = [lines(3_600), lines(60)];
    const record = builtRecord();
    await render(record, minute);
    const { ratios, a, b } = await interleaved(
      pairs,
      () => render(record, hour),
      () => render(record, minute),
    );
    return {
      name: reportCost.name,
      compares: '3,600 s / 60 s of 60 series',
      ratios,
      absolute: `${median(a).toFixed(0)} ms / ${median(b).toFixed(1)} ms`,
    };
  },
};

async function render(record: RunRecord, from: readonly SeriesLine[]): Promise<number> {
  const startedAt = performance.now();
  const view = buildView([{ record, series: indexSeries(from) }], 'ko', loadSentences(templates, 'ko'));
  for (const renderer of renderers) renderer.render(view, templates);
  return performance.now() - startedAt;
}

function lines(seconds: number): SeriesLine[] {
  return Array.from({ length: seconds }, (_, second) => ({
    kind: 'sample',
    t: loadStart + second * 1_000,
    probe: 'redis',
    outcome: 'ok',
    tookMs: 1,
    values: Object.fromEntries(Array.from({ length: series }, (_, n) => [`series_${n}`, Math.sin(second + n)])),
  }));
}
