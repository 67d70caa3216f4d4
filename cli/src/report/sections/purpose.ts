import { list, paragraph, type Section } from '../block.ts';
import { brokenIn } from '../drill/drilled-run.ts';
import type { SectionContext } from '../section-context.ts';

/** 1. 목적: which question this run answers. */
export function purpose({ runs, drills, columns, say, runName }: SectionContext): Section {
  const own = columns.filter(({ api, run }) => api.kind === 'api' && run.record.scenario?.foreign !== true);
  const apis = [...new Set(own.map(({ api }) => api.label))].join(', ');
  const broken = brokenIn(drills).length;
  const isForeign = runs.map(({ record }) => record.scenario?.foreign === true);
  const promises = runs.map(({ record }) => {
    const scenario = runName(record);
    if (record.judgement === null) return say('thresholds.not-judged', { scenario });
    const count = record.judgement.thresholds.length;
    return count === 0 ? say('thresholds.none', { scenario }) : say('purpose.slo', { scenario, count });
  });
  return {
    id: 'purpose',
    heading: say('heading.purpose'),
    blocks: [
      ...(isForeign.every(Boolean) && runs.length > 0
        ? []
        : [paragraph(say('purpose.question', { apis: apis === '' ? '—' : apis }))]),
      ...runs.flatMap(({ record }) =>
        record.scenario?.foreign === true ? [paragraph(say('purpose.foreign', { script: record.scenario.file }))] : [],
      ),
      ...(broken === 0 ? [] : [paragraph(say('purpose.drills', { count: broken }))]),
      list(promises),
    ],
  };
}
