import { access, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { RunFolder } from '../record/run-folder.ts';
import { type RunRecord, runRecordSchema } from '../record/run-record.ts';
import { readSeries } from '../record/series-file.ts';
import { indexSeries } from '../record/series-index.ts';
import { withSeriesLoad } from '../record/unfinished-record.ts';
import type { ReportedRun } from '../report/api-figures.ts';
import type { ReportView } from '../report/block.ts';
import { buildDrills } from '../report/drill/drills-document.ts';
import { drillsNames, type Format, fileNames, incidentNames } from '../report/format.ts';
import { buildIncident } from '../report/incident/incident.ts';
import { chartImages, type DrawnChart } from '../report/renderers/chart-image.ts';
import { type DrawnImage, drawCharts } from '../report/renderers/chart-png.ts';
import { renderers } from '../report/renderers/registry.ts';
import type { ReportSource } from '../report/renderers/renderer.ts';
import { loadSentences, type Sentences } from '../report/sentences.ts';
import { buildView } from '../report/view.ts';
import { messageOf } from '../system/error.ts';
import { comparedDrills } from './compared-drills.ts';

/** A report of these runs in one language, before it has a format. */
export interface Report {
  readonly view: ReportView;
  /** The document beside it: the incident report of a single drill, or several drills by themselves. Null: there is none. */
  readonly beside: { readonly view: ReportView; readonly names: typeof incidentNames } | null;
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
  /** Where it will stand: from there its links lead to the incident reports of its drills. Null: it has none. */
  readonly outputFolder: string | null;
}

export async function makeReport(request: ReportRequest): Promise<Report> {
  const { runs: wanted, lang, templatesFolder, version } = request;
  const read = await Promise.all(
    wanted.map(async ({ folder, record }) => {
      const series = indexSeries((await readSeries(folder.series)).lines);
      const document = await documentOf(folder, request);
      return { record: withSeriesLoad(asRead(record), series), series, document };
    }),
  );
  const runs = comparedDrills(read);
  const mayLack = runs.some(({ record }) => record.loadkit !== version);
  const sentences = loadSentences(templatesFolder, lang, { mayLack });
  const [only] = runs;
  if (only !== undefined && runs.length === 1) {
    const incident = buildIncident(only, lang, sentences);
    const beside = incident === null ? null : { view: incident, names: incidentNames };
    return { view: buildView(runs, lang, sentences), beside, runs, sentences, templatesFolder };
  }
  const drills = buildDrills(runs, lang, sentences);
  if (drills !== null && runs.length > mostColumns && runs.every(({ record }) => record.drill !== null)) {
    return { view: drills, beside: null, runs, sentences, templatesFolder };
  }
  const beside = drills === null ? null : { view: drills, names: drillsNames };
  return { view: buildView(runs, lang, sentences), beside, runs, sentences, templatesFolder };
}

/** More drills than that without a load are no columns that anybody could compare: they are told by themselves. */
const mostColumns = 6;

/** The address of a drill's own document: that of a report of one stands beside it, others only where they were made. */
async function documentOf(folder: RunFolder, { runs, outputFolder }: ReportRequest): Promise<string | null> {
  if (outputFolder === null) return null;
  if (runs.length === 1) return 'incident';
  const hasOne = await access(join(folder.path, 'incident.html')).then(
    () => true,
    () => false,
  );
  if (!hasOne) return null;
  const path = relative(outputFolder, join(folder.path, 'incident'));
  return path.split(sep).map(encodeURIComponent).join('/');
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
 * Writes each format, with the document beside it in those that people read, and the images of the Markdown.
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

function documentsOf({ view, beside }: Report, formats: readonly Format[]): Document[] {
  return formats.flatMap((format) => {
    const name = beside?.names[format];
    const own = { view, format, name: fileNames[format] };
    return beside === null || name === undefined ? [own] : [own, { view: beside.view, format, name }];
  });
}

/** A machine without a build of the canvas still gets its report. */
async function draw(
  { view, beside, sentences: { say } }: Report,
  onNotice: WriteRequest['onNotice'],
): Promise<DrawnImage[]> {
  try {
    const axis = { second: say('format.axis-seconds'), count: say('format.axis-count') };
    const images = [view, ...(beside === null ? [] : [beside.view])].flatMap(chartImages);
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
