import { list, paragraph, type Section } from '../block.ts';
import type { SectionContext } from '../section-context.ts';

/** 1. 목적: which question this run answers. */
export function purpose({ runs, columns, say, runName }: SectionContext): Section {
  const apis = [...new Set(columns.map(({ api }) => api.label))].join(', ');
  const promises = runs.map(({ record }) => {
    const scenario = runName(record);
    if (record.judgement === null) return say('thresholds.not-judged', { scenario });
    const count = record.judgement.thresholds.length;
    return count === 0 ? say('thresholds.none', { scenario }) : say('purpose.slo', { scenario, count });
  });
  return {
    id: 'purpose',
    heading: say('heading.purpose'),
    blocks: [paragraph(say('purpose.question', { apis: apis === '' ? '—' : apis })), list(promises)],
  };
}
