import { type Block, words } from '../block.ts';
import { type FailureId, failureKinds } from '../failure-measure.ts';
import type { SectionContext } from '../section-context.ts';
import { failureRow } from './failure-row.ts';

/** Beside each estimate what the worst drill of that kind measured, and what was measured of it without a fault where a run did. */
export function drilledTable(context: SectionContext, measured: ((id: FailureId) => string) | null): Block {
  const { say } = context;
  return words(
    null,
    [
      say('head.failure'),
      say('head.level-both'),
      say('head.impact'),
      say('head.ttd'),
      say('head.ttd-measured'),
      say('head.ttr'),
      say('head.ttr-measured'),
      say('head.worst-drill'),
      ...(measured === null ? [] : [say('head.measured-here')]),
    ],
    failureKinds.map(({ id }) => {
      const { level, ttd, ttdMeasured, ttr, ttrMeasured, drill } = failureRow(context, id);
      return [
        say(`failure.${id}`),
        level,
        say(`failure-impact.${id}`),
        ...[ttd, ttdMeasured, ttr, ttrMeasured, drill],
        ...(measured === null ? [] : [measured(id)]),
      ];
    }),
  );
}
