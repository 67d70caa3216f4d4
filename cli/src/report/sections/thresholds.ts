import type { ThresholdResult } from '../../record/run-record.ts';
import { paragraph, type Section, words } from '../block.ts';
import type { SectionContext } from '../section-context.ts';

/** Every threshold and gate with what was measured. */
export function thresholds(context: SectionContext): Section {
  const { runs, say } = context;
  return {
    id: 'thresholds',
    heading: say('heading.thresholds'),
    blocks: runs.map(({ record }) => {
      const results = record.judgement?.thresholds ?? [];
      const name = record.scenario?.name ?? record.id;
      return results.length === 0
        ? paragraph(say('thresholds.none', { scenario: name }))
        : words(
            name,
            [say('head.metric'), say('head.threshold'), say('head.measured'), say('head.result')],
            results.map((result) => [
              result.metric,
              result.expression,
              measured(result, context),
              outcome(result, context),
            ]),
          );
    }),
  };
}

function measured({ observed }: ThresholdResult, { format }: SectionContext): string {
  return format.plain(observed);
}

function outcome({ outcome: one, level, reason }: ThresholdResult, { say, name }: SectionContext): string {
  const text = say(`threshold.${one}`);
  const why = reason === null ? '' : ` (${name('why', reason)})`;
  return `${text}${why}${level === 'warn' ? ` · ${say('threshold.warn')}` : ''}`;
}
