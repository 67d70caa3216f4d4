import type { Finding, RunRecord } from '../../../src/record/run-record.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import type { Block, Section } from '../../../src/report/block.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { buildView } from '../../../src/report/view.ts';
import { templatesFolder } from './built-report.ts';

/** A section of the view, before any format. */
export function sectionOf(runs: readonly ReportedRun[], id: string, lang: 'ko' | 'en' = 'ko'): Section {
  const { sections } = buildView(runs, lang, loadSentences(templatesFolder, lang));
  const found = sections.find((section) => section.id === id);
  if (found === undefined) throw new Error(`no section ${id} among ${sections.map((one) => one.id).join(', ')}`);
  return found;
}

/** Its words, a line for each paragraph, item, heading, finding and row of a table, the cells of a row between bars. */
export function linesOf({ blocks }: Pick<Section, 'blocks'>): string[] {
  return blocks.flatMap((block) => {
    switch (block.kind) {
      case 'list':
        return [...block.items];
      case 'table':
        return [block.table.head, ...block.table.rows].map((row) => row.join(' | '));
      case 'findings':
        return block.findings.map(({ title, text }) => `${title}: ${text}`);
      case 'charts':
        return [];
      default:
        return [block.text];
    }
  });
}

/** The rows of its tables by their first cell, without the heads. */
export function rowsOf({ blocks }: Pick<Section, 'blocks'>): Map<string, readonly string[]> {
  const rows = blocks.flatMap((block: Block) => (block.kind === 'table' ? block.table.rows : []));
  return new Map(rows.map((row) => [row[0] ?? '', row]));
}

export function builtFinding(changes: Partial<Finding>): Finding {
  return {
    ...{ id: 'generator', outcome: 'ok', confidence: 'high', evidence: [], detail: {}, ruledOut: [], surer: [] },
    ...changes,
  };
}

export function judgedWith(
  findings: readonly Finding[],
  verdict: NonNullable<RunRecord['judgement']>['verdict'] = { name: 'PASS', exitCode: 0, reasons: [] },
): NonNullable<RunRecord['judgement']> {
  return { thresholds: [], findings: [...findings], verdict };
}
