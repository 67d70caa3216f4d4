import { quantile } from '../../stats/quantile.ts';
import type { Block, ReportView, Section, Table } from '../block.ts';
import type { ChartGroup, ChartMark, TimeChart } from '../charts/chart.ts';
import type { FindingView } from '../finding-view.ts';
import { numberFormat } from '../number-format.ts';
import type { Sentences } from '../sentences.ts';

/** What the layout of the page is filled with: the view, and what only a page has. */
export interface Page extends Omit<ReportView, 'sections'> {
  readonly sections: ReadonlyArray<Omit<Section, 'blocks'> & { readonly blocks: readonly PageBlock[] }>;
  readonly texts: Readonly<Record<string, string>>;
  /** For the scripts. */
  readonly data: { readonly lang: string; readonly texts: Page['texts']; readonly groups: readonly unknown[] };
}

type PageBlock =
  | Exclude<Block, { kind: 'findings' } | { kind: 'charts' } | { kind: 'table' }>
  | PageTable
  | { readonly kind: 'findings'; readonly level: 3 | 4; readonly findings: readonly FindingCard[] }
  | { readonly kind: 'charts'; readonly group: DrawnGroup };

interface PageTable {
  readonly kind: 'table';
  readonly title: string | null;
  /** On a narrow screen each row is a card, with the heads beside its cells. */
  readonly cards: boolean;
  readonly head: ReadonlyArray<{ readonly text: string; readonly side: 'left' | 'right' }>;
  readonly rows: ReadonlyArray<{
    readonly cells: ReadonlyArray<{
      readonly text: string;
      readonly side: 'left' | 'right';
      readonly label: string;
      readonly href: string | null;
    }>;
  }>;
}

interface FindingCard extends FindingView {
  readonly hasWindow: boolean;
  readonly hasComparison: boolean;
  readonly jump: string | null;
  /** Names of the metrics behind it, by which the page finds the chart to go to. */
  readonly metrics: string;
}

interface DrawnGroup {
  readonly id: string;
  readonly title: string | null;
  readonly notes: readonly string[];
  readonly kinds: ReadonlyArray<{ readonly kind: ChartMark['kind']; readonly text: string }>;
  readonly marks: ReadonlyArray<ChartMark & { readonly index: number; readonly range: string }>;
  readonly marksTitle: string;
  readonly charts: ReadonlyArray<
    Drawn & { readonly unit: string; readonly wide: boolean; readonly rows: readonly string[][] }
  >;
  readonly distributions: readonly Drawn[];
}

interface Drawn {
  readonly anchor: string;
  readonly title: string;
  readonly alt: string;
}

/** What everybody looks at first has the whole width. */
const wideCharts = new Set(['throughput', 'latency', 'latency-by-api']);

const kinds = ['phase', 'threshold', 'finding', 'event'] as const satisfies ReadonlyArray<ChartMark['kind']>;

export function pageOf(view: ReportView, sentences: Sentences): Page {
  const texts = textsOf(sentences);
  const groups = view.sections.flatMap(({ blocks }) =>
    blocks.flatMap((one) => (one.kind === 'charts' ? [one.group] : [])),
  );
  return {
    ...view,
    sections: view.sections.map((section) => ({ ...section, blocks: blocksOf(section.blocks, view.lang, sentences) })),
    texts,
    data: { lang: view.lang, texts, groups: groups.map(embedded) },
  };
}

function blocksOf(blocks: readonly Block[], lang: ReportView['lang'], sentences: Sentences): PageBlock[] {
  let level: 3 | 4 = 3;
  return blocks.map((block): PageBlock => {
    if (block.kind === 'subheading') level = 4;
    if (block.kind === 'findings') {
      return { kind: 'findings', level, findings: block.findings.map((one) => cardOf(one, sentences)) };
    }
    if (block.kind === 'table') return tableOf(block.title, block.table);
    return block.kind === 'charts' ? { kind: 'charts', group: drawn(block.group, lang, sentences) } : block;
  });
}

/** Words in so many columns are too narrow to be read on a phone. */
const leastForCards = 6;

function tableOf(title: string | null, { head, align, rows, documents = [] }: Table): PageTable {
  const side = (column: number) => align[column] ?? 'left';
  return {
    kind: 'table',
    title,
    cards: head.length >= leastForCards && align.every((one) => one === 'left'),
    head: head.map((text, column) => ({ text, side: side(column) })),
    rows: rows.map((row, index) => ({
      cells: row.map((text, column) => ({
        text,
        side: side(column),
        label: head[column] ?? '',
        href: column === row.length - 1 ? hrefOf(documents[index]) : null,
      })),
    })),
  };
}

function hrefOf(document: string | null | undefined): string | null {
  return document === null || document === undefined ? null : `${document}.html`;
}

function cardOf(finding: FindingView, { say }: Sentences): FindingCard {
  const { evidence, span } = finding;
  return {
    ...finding,
    hasWindow: evidence.some(({ window }) => window !== null),
    hasComparison: evidence.some(({ comparedWith }) => comparedWith !== null),
    jump: span === null ? null : say('page.show', { range: rangeOf(span.from, span.to, say) }),
    metrics: evidence.map(({ metric }) => metric.replace(/\{.*/s, '')).join(' '),
  };
}

function drawn(group: ChartGroup, lang: ReportView['lang'], { say }: Sentences): DrawnGroup {
  const { id, title, notes, marks, charts, distributions } = group;
  return {
    id,
    title,
    notes,
    kinds: kinds
      .filter((kind) => marks.some((mark) => mark.kind === kind))
      .map((kind) => ({ kind, text: say(`page.mark-${kind}`) })),
    marks: marks.map((mark, index) => ({ ...mark, index, range: rangeOf(mark.from, mark.to, say) })),
    marksTitle: say('page.marks-list', { count: marks.length }),
    charts: charts.map((chart) => ({
      ...{ anchor: `${id}-${chart.id}`, title: chart.title, unit: chart.unit, alt: chart.alt },
      wide: wideCharts.has(chart.id),
      rows: rowsOf(chart, lang),
    })),
    distributions: distributions.map((one) => ({ anchor: `${id}-${one.id}`, title: one.title, alt: one.alt })),
  };
}

function rangeOf(from: number, to: number | null, say: Sentences['say']): string {
  const seconds = (value: number) => String(Math.round(value * 10) / 10);
  return to === null
    ? say('page.moment', { at: seconds(from) })
    : say('page.range', { from: seconds(from), to: seconds(to) });
}

/** Least, median and highest of what is drawn. */
function rowsOf({ lines }: TimeChart, lang: ReportView['lang']): string[][] {
  const { plain } = numberFormat(lang);
  return lines.map(({ label, values }) => {
    const known = values.filter((value) => value !== null);
    return [label, ...[0, 0.5, 1].map((q) => plain(quantile(known, q)))];
  });
}

/** What the scripts draw from. The axis is evenly spaced, so that its step says it all. */
function embedded({ id, startedAt, timeZone, seconds, binSeconds, charts, distributions, marks }: ChartGroup): unknown {
  return { id, startedAt, timeZone, points: seconds.length, step: binSeconds, charts, distributions, marks };
}

/** Every text of the page itself; braces stand where a script puts a value. */
function textsOf({ say }: Sentences): Readonly<Record<string, string>> {
  return {
    contents: say('page.contents'),
    skip: say('page.skip'),
    copy: say('page.copy'),
    copied: say('page.copied'),
    copyFailed: say('page.copy-failed'),
    tools: say('page.tools'),
    zoomIn: say('page.zoom-in'),
    zoomOut: say('page.zoom-out'),
    earlier: say('page.earlier'),
    later: say('page.later'),
    whole: say('page.whole'),
    hint: say('page.hint'),
    keys: say('page.keys'),
    marks: say('page.marks'),
    finding: say('page.finding'),
    show: say('page.show-mark'),
    back: say('page.back', { title: '{title}' }),
    legend: say('page.legend', { title: '{title}' }),
    figures: say('page.figures'),
    line: say('page.line'),
    least: say('page.least'),
    median: say('page.median'),
    most: say('head.most'),
    noScript: say('page.no-script'),
    at: say('page.moment', { at: '{at}' }),
    range: say('page.range', { from: '{from}', to: '{to}' }),
    answers: say('page.answers'),
    metric: say('head.metric'),
    measured: say('head.measured'),
    window: say('format.evidence-window'),
    compared: say('format.evidence-compared'),
    ruledOut: say('format.ruled-out'),
    surer: say('format.surer'),
  };
}
