import { type FailureId, failureKinds } from '../failure-measure.ts';
import type { SectionContext } from '../section-context.ts';
import { levelText, variantName } from './drill-text.ts';
import { timeText } from './drill-time.ts';
import { type DrillVariant, worstVariant } from './drill-variant.ts';

/** The cells of one kind of failure that a drill fills. */
export interface FailureRow {
  readonly level: string;
  /** As it was estimated. */
  readonly ttd: string;
  readonly ttdMeasured: string;
  readonly ttr: string;
  readonly ttrMeasured: string;
  /** Which drill, and the run that its figures are from. */
  readonly drill: string;
}

/** Of the drill that did most, with the estimate that it was given; what nobody drilled is not run. */
export function failureRow(context: SectionContext, id: FailureId): FailureRow {
  const { drills, say } = context;
  const variant = worstVariant(drills, id);
  const { level, ttd, ttr } = estimateOf(context, id, variant);
  const notRun = say('not-run');
  if (variant === null) {
    const change = say('drill.change', { before: level, after: notRun });
    return { level: change, ttd, ttdMeasured: notRun, ttr, ttrMeasured: notRun, drill: notRun };
  }
  return {
    level: say('drill.change', { before: level, after: levelText(context, variant.worst) }),
    ttd,
    ttdMeasured: timeText(context, variant.drills, 'ttdMs'),
    ttr,
    ttrMeasured: timeText(context, variant.drills, 'ttrMs'),
    drill: say('drill.traced', { drill: variantName(context, variant), run: variant.worst.run.record.id }),
  };
}

function estimateOf({ say }: SectionContext, id: FailureId, variant: DrillVariant | null) {
  const { level = null, ttd = null, ttr = null } = variant?.worst.drill.estimate ?? {};
  return {
    level: level ?? failureKinds.find((kind) => kind.id === id)?.level ?? '—',
    ttd: ttd ?? say(`failure-ttd.${id}`),
    ttr: ttr ?? say(`failure-ttr.${id}`),
  };
}
