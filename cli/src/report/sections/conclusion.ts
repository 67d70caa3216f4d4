import { list, type Section } from '../block.ts';
import type { SectionContext } from '../section-context.ts';

/** 결론: what held, what did not, what the data cannot say. */
export function conclusion(context: SectionContext): Section {
  const { runs, say } = context;
  const items = runs.flatMap(({ record }) => {
    const scenario = record.scenario?.name ?? record.id;
    const results = record.judgement?.thresholds ?? [];
    const of = (outcome: string) => results.filter((result) => result.outcome === outcome);
    const named = (outcome: string) =>
      of(outcome)
        .map(({ metric, expression }) => `${metric} ${expression}`)
        .join(', ');
    const violated = record.invariants.filter(({ outcome }) => outcome === 'violated').length;
    return [
      say('conclusion.held', { scenario, held: of('held').length, all: results.length }),
      ...(of('broken').length > 0 ? [say('conclusion.broken', { scenario, thresholds: named('broken') })] : []),
      ...(of('no-data').length > 0 ? [say('conclusion.no-data', { scenario, thresholds: named('no-data') })] : []),
      ...(record.invariants.length === 0
        ? []
        : [say(violated === 0 ? 'conclusion.consistent' : 'conclusion.inconsistent', { scenario, violated })]),
    ];
  });
  return {
    id: 'conclusion',
    heading: say('heading.conclusion'),
    blocks: [list([...items, say('conclusion.one-run')])],
  };
}
