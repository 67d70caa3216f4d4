import type { ReportView } from '../block.ts';

export interface Renderer {
  /** Ending of the file: `report.<format>`. */
  readonly format: string;
  /** Pure but for reading the templates. */
  readonly render: (view: ReportView, templatesFolder: string) => string;
}
