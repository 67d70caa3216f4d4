import type { ReportedRun } from '../api-figures.ts';
import type { ReportView } from '../block.ts';
import type { Format } from '../format.ts';
import type { Sentences } from '../sentences.ts';
import type { DrawnChart } from './chart-image.ts';

/** What stands behind a view: formats for programs take their figures from it, unformatted. */
export interface ReportSource {
  readonly runs: readonly ReportedRun[];
  /** In the language of the view. */
  readonly sentences: Sentences;
  /** Path of each chart's image, from the folder of the report; a chart that has none is told in words. */
  readonly images: ReadonlyMap<DrawnChart, string>;
}

export interface Renderer {
  readonly format: Format;
  /** Pure but for reading the templates. */
  readonly render: (view: ReportView, templatesFolder: string, source: ReportSource) => string;
}
