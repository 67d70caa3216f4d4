import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunFolder } from '../record/run-folder.ts';
import { type RunRecord, runRecordSchema } from '../record/run-record.ts';
import { readSeries } from '../record/series-file.ts';
import { indexSeries } from '../record/series-index.ts';
import { withSeriesLoad } from '../record/unfinished-record.ts';
import type { ReportedRun } from '../report/api-figures.ts';
import type { ReportView } from '../report/block.ts';
import { type Format, fileNames, incidentNames } from '../report/format.ts';
import { buildIncident } from '../report/incident/incident.ts';
import { chartImages, type DrawnChart } from '../report/renderers/chart-image.ts';
import { type DrawnImage, drawCharts } from '../report/renderers/chart-png.ts';
import { renderers } from '../report/renderers/registry.ts';
import type { ReportSource } from '../report/renderers/renderer.ts';
import { loadSentences, type Sentences } from '../report/sentences.ts';
import { buildView } from '../report/view.ts';
import { messageOf } from '../system/error.ts';

/** A report of these runs in one language, before it has a format. */
export interface Report {
  readonly view: ReportView;
  /** The document beside the report of a single drill; null where nothing was broken, or several runs are told together. */
  readonly incident: ReportView | null;
  readonly runs: readonly ReportedRun[];
  readonly sentences: Sentences;
  readonly templatesFolder: string;
}

export interface ReportRequest {
  /** The columns of the report, in their order. */
  readonly runs: ReadonlyArray<{ readonly folder: RunFolder; readonly record: RunRecord }>;
  readonly lang: 'ko' | 'en';
  readonly templatesFolder: string;
  /** Of this loadkit. A record of another one may lack what our sentences say. */
  readonly version: string;
}

export async function makeReport({ runs: wanted, lang, templatesFolder, version }: ReportRequest): Promise<Report> {
  const runs = await Promise.all(
    wanted.map(async ({ folder, record }) => {
      const series = indexSeries((await readSeries(folder.series)).lines);
      return { record: withSeriesLoad(asRead(record), series), series };
    }),
  );
  const mayLack = runs.some(({ record }) => record.loadkit !== version);
  const sentences = loadSentences(templatesFolder, lang, { mayLack });
  const [only] = runs;
  const incident = only === undefined || runs.length > 1 ? null : buildIncident(only, lang, sentences);
  return { view: buildView(runs, lang, sentences), incident, runs, sentences, templatesFolder };
}

/** With its fields in the order that a reader of `run.json` has them: the report made later is the same to the byte. */
function asRead(record: RunRecord): RunRecord {
  return runRecordSchema.safeParse(record).data ?? record;
}

/** The text of one format. A chart without an image is told in words. */
export function renderReport(report: Report, format: Format, images: ReportSource['images'] = new Map()): string {
  return renderView(report, report.view, format, images);
}

function renderView(report: Report, view: ReportView, format: Format, images: ReportSource['images']): string {
  const { runs, sentences, templatesFolder } = report;
  const renderer = renderers.find((one) => one.format === format);
  if (renderer === undefined) throw new Error(`no renderer for ${format}`);
  return renderer.render(view, templatesFolder, { runs, sentences, images });
}

export interface WriteRequest {
  readonly report: Report;
  readonly formats: readonly Format[];
  readonly outputFolder: string;
  /** Hears what the report had to do without. */
  readonly onNotice: (text: string) => void;
}

/**
 * Writes each format, with the incident report of a drill in those that people read, and the images of the Markdown beside it.
 * Returns the paths of the formats, in their order. A mistake in a template costs the formats that it makes and is thrown when
 * the others are written.
 */
export async function writeReport({ report, formats, outputFolder, onNotice }: WriteRequest): Promise<string[]> {
  await mkdir(outputFolder, { recursive: true });
  const drawn = formats.includes('md') ? await draw(report, onNotice) : [];
  for (const { path, png } of drawn) await writeWhole(join(outputFolder, path), png);
  const images = new Map<DrawnChart, string>(drawn.map(({ chart, path }) => [chart, path]));
  const files: string[] = [];
  const errors: unknown[] = [];
  for (const { view, format, name } of documentsOf(report, formats)) {
    try {
      files.push(await writeWhole(join(outputFolder, name), renderView(report, view, format, images)));
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return files;
}

interface Document {
  readonly view: ReportView;
  readonly format: Format;
  readonly name: string;
}

function documentsOf({ view, incident }: Report, formats: readonly Format[]): Document[] {
  return formats.flatMap((format) => {
    const name = incidentNames[format];
    const own = { view, format, name: fileNames[format] };
    return incident === null || name === undefined ? [own] : [own, { view: incident, format, name }];
  });
}

/** A machine without a build of the canvas still gets its report. */
async function draw(
  { view, incident, sentences: { say } }: Report,
  onNotice: WriteRequest['onNotice'],
): Promise<DrawnImage[]> {
  try {
    const axis = { second: say('format.axis-seconds'), count: say('format.axis-count') };
    const images = [view, ...(incident === null ? [] : [incident])].flatMap(chartImages);
    return await drawCharts(images, axis);
  } catch (error) {
    onNotice(`report.md has no images, its charts are told in words: ${messageOf(error)}`);
    return [];
  }
}

/** A reader never finds half a report. */
async function writeWhole(file: string, content: string | Buffer): Promise<string> {
  const draft = `${file}.tmp`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(draft, content);
  await rename(draft, file);
  return file;
}
