import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunFolder } from '../record/run-folder.ts';
import type { RunRecord } from '../record/run-record.ts';
import { readSeries } from '../record/series-file.ts';
import { indexSeries } from '../record/series-index.ts';
import { renderers } from '../report/renderers/registry.ts';
import { loadSentences } from '../report/sentences.ts';
import { buildView } from '../report/view.ts';

export interface ReportRequest {
  /** The columns of the report, in their order. */
  readonly runs: ReadonlyArray<{ readonly folder: RunFolder; readonly record: RunRecord }>;
  readonly lang: 'ko' | 'en';
  readonly formats: readonly string[];
  readonly templatesFolder: string;
  readonly outputFolder: string;
}

/** Writes `report.<format>` and returns the paths. */
export async function writeReport(request: ReportRequest): Promise<string[]> {
  const runs = await Promise.all(
    request.runs.map(async ({ folder, record }) => ({
      record,
      series: indexSeries((await readSeries(folder.series)).lines),
    })),
  );
  const view = buildView(runs, request.lang, loadSentences(request.templatesFolder, request.lang));
  await mkdir(request.outputFolder, { recursive: true });
  const files: string[] = [];
  for (const renderer of renderers.filter(({ format }) => request.formats.includes(format))) {
    const text = renderer.render(view, request.templatesFolder);
    files.push(await writeWhole(join(request.outputFolder, `report.${renderer.format}`), text));
  }
  return files;
}

/** A reader never finds half a report. */
async function writeWhole(file: string, text: string): Promise<string> {
  const draft = `${file}.tmp`;
  await writeFile(draft, text);
  await rename(draft, file);
  return file;
}
