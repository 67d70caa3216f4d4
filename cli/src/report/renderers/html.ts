import { join } from 'node:path';
import { plainText } from '../plain-text.ts';
import type { Renderer } from './renderer.ts';
import { renderTemplate } from './template.ts';

/** One self-contained file: Handlebars escapes every text, the page's policy forbids scripts and requests. */
export const html = {
  format: 'html',
  render: (view, templatesFolder) =>
    renderTemplate(join(templatesFolder, 'report.html.hbs'), view, { text: (text) => plainText(String(text)) }),
} satisfies Renderer;
