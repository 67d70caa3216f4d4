import { join } from 'node:path';
import Handlebars from 'handlebars';
import stringWidth from 'string-width';
import type { Table } from '../block.ts';
import type { FindingView } from '../finding-view.ts';
import { plainText } from '../plain-text.ts';
import type { Sentences } from '../sentences.ts';
import type { DrawnChart } from './chart-image.ts';
import type { Renderer } from './renderer.ts';
import { renderTemplate } from './template.ts';

/** GitHub's and GitLab's Markdown; table columns are padded so that the source reads well too. */
export const markdown = {
  format: 'md',
  render: (view, templatesFolder, { sentences, images }) =>
    renderTemplate(join(templatesFolder, 'report.md.hbs'), view, {
      text: (text) => safe(escapeInline(String(text))),
      line: (text) => safe(escapeLine(String(text))),
      bold: (text) => safe(`**${escapeInline(String(text)).trim()}**`),
      code: (text) => safe(codeBlock(plainText(String(text)))),
      grid: (table) => safe(grid(asTable(table))),
      label: (name) => safe(escapeInline(label(sentences, String(name)))),
      proof: (evidence) => safe(grid(proofTable(asEvidence(evidence), sentences))),
      picture: (chart) => safe(picture(asChart(chart), images)),
      leading: (charts) => asCharts(charts).filter(isLeading),
      others: (charts) => asCharts(charts).filter((chart) => !isLeading(chart)),
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
  const longest = [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 2);
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

const labels: Readonly<Record<string, string>> = {
  'ruled-out': 'format.ruled-out',
  surer: 'format.surer',
  'more-charts': 'format.more-charts',
};

function label({ say }: Sentences, name: string): string {
  const key = labels[name];
  if (key === undefined) throw new Error(`{{label}} knows ${Object.keys(labels).join(', ')}, not "${name}"`);
  return say(key);
}

type Evidence = FindingView['evidence'];

function proofTable(evidence: Evidence, { say }: Sentences): Table {
  const hasWindow = evidence.some(({ window }) => window !== null);
  const hasComparison = evidence.some(({ comparedWith }) => comparedWith !== null);
  return {
    head: [
      say('head.metric'),
      say('head.measured'),
      ...(hasWindow ? [say('format.evidence-window')] : []),
      ...(hasComparison ? [say('format.evidence-compared')] : []),
    ],
    align: ['left', 'right', 'left', 'left'],
    rows: evidence.map(({ metric, value, window, comparedWith }) => [
      metric,
      value,
      ...(hasWindow ? [window ?? '—'] : []),
      ...(hasComparison ? [comparedWith ?? '—'] : []),
    ]),
  };
}

function asEvidence(value: unknown): Evidence {
  if (isEvidence(value)) return value;
  throw new Error('{{proof}} wants the evidence of a finding');
}

function isEvidence(value: unknown): value is Evidence {
  return Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null && 'metric' in one);
}

const longestAlt = 600;

/** What an image shows stands beside it as its text; where there is no image the text stands alone. */
function picture(chart: DrawnChart, images: ReadonlyMap<DrawnChart, string>): string {
  const path = images.get(chart);
  const said = chart.alt.startsWith(chart.title) ? chart.alt : `${chart.title}. ${chart.alt}`;
  const alt = [...plainText(said)].slice(0, longestAlt).join('');
  return path === undefined ? `- ${escapeLine(alt)}` : `![${escapeInline(alt)}](${path})`;
}

/** Those that everybody looks at; a run has near twenty, and the others stay folded. */
const leadingCharts = ['throughput', 'latency', 'backlog', 'cpu'];

function isLeading({ id }: DrawnChart): boolean {
  return leadingCharts.includes(id);
}

function asCharts(value: unknown): DrawnChart[] {
  if (Array.isArray(value) && value.every(isChart)) return value;
  throw new Error('{{leading}} and {{others}} want the charts of a group');
}

function asChart(value: unknown): DrawnChart {
  if (isChart(value)) return value;
  throw new Error('{{picture}} wants a chart');
}

function isChart(value: unknown): value is DrawnChart {
  return typeof value === 'object' && value !== null && 'alt' in value && ('lines' in value || 'buckets' in value);
}

function grid({ head, align, rows, documents = [] }: Table): string {
  const cells = [head.map(escapeInline), ...rows.map((row, index) => linked(row.map(escapeInline), documents[index]))];
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => stringWidth(row[column] ?? ''))));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => pad(row[column] ?? '', width, align[column] ?? 'left')).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => `${'-'.repeat(width + 1)}${align[column] === 'right' ? ':' : '-'}`).join('|')}|`;
  const [first = [], ...others] = cells;
  return [line(first), rule, ...others.map(line)].join('\n');
}

/** The last cell leads to the document of its row. */
function linked(cells: readonly string[], document: string | null | undefined): string[] {
  if (document === null || document === undefined) return [...cells];
  return [...cells.slice(0, -1), `[${cells.at(-1) ?? ''}](${document}.md)`];
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'right' ? `${space}${text}` : `${text}${space}`;
}
