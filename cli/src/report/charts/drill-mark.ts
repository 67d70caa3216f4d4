import { hurtIn, type Moments } from '../../record/drill.ts';
import type { ReportedRun } from '../api-figures.ts';
import { drilledRuns, trusted } from '../drill/drilled-run.ts';
import type { SectionContext } from '../section-context.ts';
import type { ChartMark } from './chart.ts';
import { clipped, secondsAt, stretchMark } from './mark-place.ts';
import type { TimeAxis } from './time-axis.ts';

/** In the order of time; what follows the load lies beyond what is drawn. */
const moments = [
  'injectedAt',
  'impactAt',
  'detectedAt',
  'mitigatedAt',
  'revertedAt',
  'restoredAt',
] as const satisfies ReadonlyArray<keyof Moments>;

/** While the fault stood, and the moments of the drill: of one that is not to be trusted only what was done to it. */
export function drillMarks({ say }: Pick<SectionContext, 'say'>, run: ReportedRun, axis: TimeAxis): ChartMark[] {
  return drilledRuns([run]).flatMap((one) => {
    const { injectedAt = null, revertedAt = null } = one.drill.injection ?? {};
    const assessment = trusted(one);
    const found: Partial<Moments> = assessment?.moments ?? { injectedAt, revertedAt };
    const stood = standing(say('chart-mark.drill'), found, axis);
    const rose = assessment !== null && hurtIn(assessment).includes('backlog');
    const marked = [...moments, ...(rose ? ['drainedAt' as const] : [])].flatMap((id): ChartMark[] => {
      const at = found[id] ?? null;
      if (at === null) return [];
      return [{ kind: 'event', label: say(`drill-moment.${id}`), from: secondsAt(axis, at), to: null, anchor: null }];
    });
    return [...stood, ...together(marked)].flatMap((mark) => clipped(mark, axis));
  });
}

/** Moments of the same tenth of a second as one mark with both names, in the order in which they come. */
function together(marks: readonly ChartMark[]): ChartMark[] {
  const found = new Map<number, ChartMark>();
  for (const mark of marks) {
    const former = found.get(mark.from);
    found.set(mark.from, former === undefined ? mark : { ...former, label: `${former.label} · ${mark.label}` });
  }
  return [...found.values()];
}

function standing(
  label: string,
  { injectedAt = null, revertedAt = null }: Partial<Moments>,
  axis: TimeAxis,
): ChartMark[] {
  if (injectedAt === null) return [];
  const from = secondsAt(axis, injectedAt);
  const to = revertedAt === null ? axis.length : secondsAt(axis, revertedAt);
  return [stretchMark('phase', label, from, to - from)];
}
