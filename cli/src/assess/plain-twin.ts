import type { Assessment, Drill } from '../record/drill.ts';
import { doubt } from '../record/drill-doubt.ts';
import { isSameLoad, plainFaultOf } from '../record/drill-pair.ts';
import type { RunRecord } from '../record/run-record.ts';

type DrillRecord = Pick<RunRecord, 'scenario' | 'drill'>;

/**
 * The assessment of a drill among others. A mitigation under which nothing was felt shows something only where the same fault
 * was felt without it, under the same load: where that had no effect in any of them either the mitigated drill is undetermined,
 * and where none of them can say it is told that the comparison is missing.
 */
export function amongOthers({ scenario, drill }: DrillRecord, all: readonly DrillRecord[]): Assessment | null {
  const assessment = drill?.assessment ?? null;
  const plain = drill === null ? null : plainFaultOf(drill);
  if (assessment === null || plain === null || !wasUnfelt(assessment)) return assessment;
  const effects = all.flatMap((other) => {
    const isTwin = other.drill?.fault === plain && other.drill.mitigation === null && isSameLoad(other, { scenario });
    return isTwin && other.drill !== null ? [effectOf(other.drill)] : [];
  });
  if (effects.includes('felt')) return { ...assessment, withoutMitigation: 'felt' };
  if (!effects.includes('none')) return { ...assessment, withoutMitigation: 'missing' };
  const doubts = [doubt('not-shown', { fault: plain })];
  return { ...assessment, doubts, level: 'undetermined', clause: null, withoutMitigation: 'unfelt' };
}

/** Null: it cannot be told. */
function effectOf({ assessment }: Drill): 'felt' | 'none' | null {
  if (assessment === null) return null;
  if (assessment.doubts.some(({ id }) => id === 'ineffective')) return 'none';
  if (assessment.doubts.length > 0) return null;
  return wasUnfelt(assessment) ? 'none' : 'felt';
}

function wasUnfelt({ doubts, level, moments }: Assessment): boolean {
  return doubts.length === 0 && level === 'absorbed' && moments.impactAt === null;
}
