import Table from 'cli-table3';
import type { ReportedRun } from '../report/api-figures.ts';
import type { Block } from '../report/block.ts';
import { numberFormat } from '../report/number-format.ts';
import { plainText } from '../report/plain-text.ts';
import { comparison } from '../report/sections/comparison.ts';
import { namesIn, type Sentences } from '../report/sentences.ts';
import { plainTable } from './plain-table.ts';

/** The comparison of the report, for the terminal; empty when no scenario ran more than once. */
export function comparisonLines(runs: readonly ReportedRun[], sentences: Sentences): string[] {
  const { say } = sentences;
  const section = comparison({ runs, say, name: namesIn(sentences), format: numberFormat('en') });
  return (section?.blocks ?? []).flatMap((block) => linesOf(block).map(plainText));
}

function linesOf(block: Block): string[] {
  switch (block.kind) {
    case 'table': {
      const { head, align } = block.table;
      // As they are: the names of settings stand in the head.
      const table = new Table({ ...plainTable([]), head: [...head], colAligns: [...align] });
      table.push(...block.table.rows.map((row) => [...row]));
      return table.toString().split('\n');
    }
    case 'list':
      return block.items.map((item) => `- ${item}`);
    case 'paragraph':
    case 'command':
    case 'subheading':
      return ['', block.text];
    case 'findings':
    case 'charts':
      return []; // neither is part of a comparison
  }
}
