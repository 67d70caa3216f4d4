import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { messageOf } from '../../system/error.ts';
import { templateError } from '../sentences.ts';

/** A sub-expression such as `(leading charts)` may give any value, everything else text. */
type Helper = (value: unknown) => unknown;

/** Renders a layout of `templates/`; a mistake in it names file and line. */
export function renderTemplate<View>(file: string, view: View, helpers: Readonly<Record<string, Helper>>): string {
  const engine = Handlebars.create();
  engine.registerHelper('is', (a: unknown, b: unknown) => a === b);
  for (const [name, helper] of Object.entries(helpers)) engine.registerHelper(name, helper);
  try {
    return engine.compile<View>(readFileSync(file, 'utf8'), { strict: true })(view);
  } catch (error) {
    throw templateError(`${file}: ${messageOf(error)}`, error);
  }
}
