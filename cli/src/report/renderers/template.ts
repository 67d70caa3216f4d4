import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { messageOf } from '../../system/error.ts';
import type { ReportView } from '../block.ts';
import { templateError } from '../sentences.ts';

type Helper = (text: unknown) => string | Handlebars.SafeString;

/** Renders a layout of `templates/`; a mistake in it names file and line. */
export function renderTemplate(file: string, view: ReportView, helpers: Readonly<Record<string, Helper>>): string {
  const engine = Handlebars.create();
  engine.registerHelper('is', (a: unknown, b: unknown) => a === b);
  for (const [name, helper] of Object.entries(helpers)) engine.registerHelper(name, helper);
  try {
    return engine.compile<ReportView>(readFileSync(file, 'utf8'), { strict: true })(view);
  } catch (error) {
    throw templateError(`${file}: ${messageOf(error)}`, error);
  }
}
