import { join } from 'node:path';
import Handlebars from 'handlebars';
import { plainText } from '../plain-text.ts';
import { embeddedJson } from './embedded-json.ts';
import { pageOf } from './page.ts';
import { contentPolicy, pageScripts, pageStyle } from './page-asset.ts';
import type { Renderer } from './renderer.ts';
import { renderTemplate } from './template.ts';

/**
 * One self-contained file: Handlebars escapes every text, the page's policy allows the scripts and the style that stand in it
 * by their hash and no request. Figures of the charts are embedded as JSON, which no browser runs.
 */
export const html = {
  format: 'html',
  render: (view, templatesFolder, { sentences }) => {
    const folder = join(templatesFolder, 'page');
    const [style, scripts] = [pageStyle(folder), pageScripts(folder)];
    const page = { ...pageOf(view, sentences), style, scripts, policy: contentPolicy(style, scripts) };
    return renderTemplate(join(templatesFolder, 'report.html.hbs'), page, {
      text: (text) => plainText(String(text)),
      raw: (text) => new Handlebars.SafeString(String(text)),
      json: (value) => new Handlebars.SafeString(embeddedJson(value)),
    });
  },
} satisfies Renderer;
