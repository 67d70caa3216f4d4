import { join } from 'node:path';
import Handlebars from 'handlebars';
import stringWidth from 'string-width';
import type { Table } from '../block.ts';
import { plainText } from '../plain-text.ts';
import type { Renderer } from './renderer.ts';
import { renderTemplate } from './template.ts';

/** GitHub's and GitLab's Markdown; table columns are padded so that the source reads well too. */
export const markdown = {
  format: 'md',
  render: (view, templatesFolder) =>
    renderTemplate(join(templatesFolder, 'report.md.hbs'), view, {
      text: (text) => safe(escapeInline(String(text))),
      line: (text) => safe(escapeLine(String(text))),
      code: (text) => safe(codeBlock(plainText(String(text)))),
      grid: (table) => safe(grid(asTable(table))),
    }),
} satisfies Renderer;

const safe = (text: string) => new Handlebars.SafeString(text);

/**
 * Characters that Markdown or HTML would take as markup inside a line, and only where they would, so that
 * `bad_answers` and `p(95)<100` stay readable in the source.
 */
export function escapeInline(text: string): string {
  return plainText(text)
    .replace(/[\\`*[\]|$]/g, (char) => `\\${char}`)
    .replace(/<(?=[A-Za-z/!?])/g, '\\<')
    .replace(/~~/g, '\\~\\~')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/&(?=#?\w+;)/g, '&amp;');
}

/** The same for text that begins a line, where a number or a sign would begin a list, a heading or a quote. */
function escapeLine(text: string): string {
  return escapeInline(text.trimStart())
    .replace(/^([#+>=-])/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** The fence is longer than any run of backticks inside, so that nothing need be changed there. */
function codeBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${text}\n${fence}`;
}

function asTable(value: unknown): Table {
  if (isTable(value)) return value;
  throw new Error('{{grid}} wants the table of a block');
}

/** The layout passes a block's own table; anything else is a mistake in the layout. */
function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && 'head' in value && 'rows' in value && 'align' in value;
}

function grid({ head, align, rows }: Table): string {
  const cells = [head, ...rows].map((row) => row.map(escapeInline));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => stringWidth(row[column] ?? ''))));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => pad(row[column] ?? '', width, align[column] ?? 'left')).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => `${'-'.repeat(width + 1)}${align[column] === 'right' ? ':' : '-'}`).join('|')}|`;
  const [first = [], ...others] = cells;
  return [line(first), rule, ...others.map(line)].join('\n');
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'right' ? `${space}${text}` : `${text}${space}`;
}
