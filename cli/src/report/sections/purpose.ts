import { list, paragraph, type Section } from '../block.ts';
import type { SectionContext } from '../section-context.ts';

/** 1. 목적: which question this run answers. */
export function purpose({ runs, columns, say, runName }: SectionContext): Section {
  const apis = columns.map(({ api }) => api.label).join(', ');
  const promises = runs.map(({ record }) =>
    say('purpose.slo', {
      scenario: runName(record),
      count: record.judgement?.thresholds.length ?? 0,
    }),
  );
  return {
    id: 'purpose',
    heading: say('heading.purpose'),
    blocks: [paragraph(say('purpose.question', { apis: apis === '' ? '—' : apis })), list(promises)],
  };
}
