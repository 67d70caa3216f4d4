import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { messageOf } from '../../system/error.ts';
import { templateError } from '../sentences.ts';

/** The page's own scripts, in the order in which they run: each knows what stands before it. */
const ownScripts = ['theme.js', 'marks.js', 'chart.js', 'group.js', 'main.js'];

/** The libraries that draw, then our own scripts. Error: one of them cannot be read. */
export function pageScripts(folder: string): string[] {
  return [...libraries(), ...ownScripts.map((name) => join(folder, name))].map((file) => script(file));
}

export function pageStyle(folder: string): string {
  return read(join(folder, 'page.css'));
}

/** Nothing is loaded, and nothing runs or styles the page but these texts. */
export function contentPolicy(style: string, scripts: readonly string[]): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

/** As they are published, minified; Hammer comes with the zoom plugin and recognizes pinching. */
function libraries(): string[] {
  const require = createRequire(import.meta.url);
  const zoom = require.resolve('chartjs-plugin-zoom');
  return [
    join(dirname(createRequire(zoom).resolve('hammerjs')), 'hammer.min.js'),
    join(dirname(require.resolve('chart.js')), 'chart.umd.min.js'),
    join(dirname(require.resolve('chartjs-plugin-annotation')), 'chartjs-plugin-annotation.min.js'),
    join(dirname(zoom), 'chartjs-plugin-zoom.min.js'),
  ];
}

function script(file: string): string {
  // A browser's tools would ask for the map, which is not there.
  const text = read(file).replace(/^\/\/[#@] sourceMappingURL=.*$/gm, '');
  if (/<\/script|<!--/i.test(text))
    throw templateError(`${file}: "</script" or "<!--" cannot stand in a page`, undefined);
  return text;
}

function read(file: string): string {
  try {
    // A browser takes every line end for a plain one before it looks at the hash.
    return readFileSync(file, 'utf8').replace(/\r\n?/g, '\n');
  } catch (error) {
    throw templateError(`${file}: ${messageOf(error)}`, error);
  }
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
