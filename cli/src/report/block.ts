import type { ChartGroup } from './charts/chart.ts';
import type { FindingView } from './finding-view.ts';

/** What a report is made of, in plain text: each renderer escapes for its own format. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'command'; readonly text: string }
  | { readonly kind: 'table'; readonly title: string | null; readonly table: Table }
  | { readonly kind: 'subheading'; readonly text: string }
  | { readonly kind: 'findings'; readonly findings: readonly FindingView[] }
  | { readonly kind: 'charts'; readonly group: ChartGroup };

export interface Table {
  readonly head: readonly string[];
  /** One per column; figures stand to the right. */
  readonly align: ReadonlyArray<'left' | 'right'>;
  readonly rows: ReadonlyArray<readonly string[]>;
  /** Of each row the document that its last cell leads to: an address from the report's place without the ending of its format. */
  readonly documents?: ReadonlyArray<string | null>;
}

export interface Section {
  /** Anchor of its heading. */
  readonly id: string;
  readonly heading: string;
  readonly blocks: readonly Block[];
}

/** A whole report: the same for every format. */
export interface ReportView {
  readonly lang: 'ko' | 'en';
  readonly title: string;
  readonly verdicts: ReadonlyArray<{ readonly tone: Tone; readonly name: string; readonly text: string }>;
  readonly sections: readonly Section[];
  readonly footer: string;
}

export type Tone = 'good' | 'bad' | 'unknown';

export const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
export const list = (items: readonly string[]): Block => ({ kind: 'list', items });
export const command = (text: string): Block => ({ kind: 'command', text });

export const subheading = (text: string): Block => ({ kind: 'subheading', text });
export const findings = (list: readonly FindingView[]): Block => ({ kind: 'findings', findings: list });
export const charts = (group: ChartGroup): Block => ({ kind: 'charts', group });

/** The first column names the row, the others hold figures. */
export function figures(title: string | null, head: readonly string[], rows: ReadonlyArray<readonly string[]>): Block {
  return {
    kind: 'table',
    title,
    table: { head, rows, align: head.map((_, index) => (index === 0 ? 'left' : 'right')) },
  };
}

/** A table of words. */
export function words(title: string | null, head: readonly string[], rows: ReadonlyArray<readonly string[]>): Block {
  return { kind: 'table', title, table: { head, rows, align: head.map(() => 'left') } };
}

/** The same, whose last cells lead to a document each; see `Table.documents`. */
export function linkedWords(
  title: string | null,
  head: readonly string[],
  rows: ReadonlyArray<{ readonly cells: readonly string[]; readonly document: string | null }>,
): Block {
  const table = { head, rows: rows.map(({ cells }) => cells), align: head.map(() => 'left' as const) };
  return { kind: 'table', title, table: { ...table, documents: rows.map(({ document }) => document) } };
}
