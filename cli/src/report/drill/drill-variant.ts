import { type Drill, failureIds } from '../../record/drill.ts';
import { isSameLoad, plainFaultOf } from '../../record/drill-pair.ts';
import type { FailureId } from '../failure-measure.ts';
import { brokenIn, type DrilledRun, worstFirst } from './drilled-run.ts';

/** Drills of one fault under the same conditions: repeats of each other. */
export interface DrillVariant {
  readonly fault: string;
  readonly failure: Drill['failure'];
  readonly mitigation: string | null;
  /** In the order of the report. */
  readonly drills: readonly DrilledRun[];
  readonly worst: DrilledRun;
}

/** What must be the same, and what a variant is called by. */
function conditionsOf({ run: { record }, drill }: DrilledRun): string {
  const { scenario, set } = record;
  return JSON.stringify([
    drill.failure,
    drill.fault,
    drill.mitigation,
    drill.response?.command ?? null,
    scenario?.name,
    scenario?.shape,
    Object.entries(set).sort(),
  ]);
}

/** In the order of their first drill; without placebos. */
export function variantsOf(drills: readonly DrilledRun[]): DrillVariant[] {
  const groups = new Map<string, DrilledRun[]>();
  for (const one of brokenIn(drills)) {
    const key = conditionsOf(one);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const [worst] = [...group].sort(worstFirst);
    if (worst === undefined) return [];
    const { fault, failure, mitigation } = worst.drill;
    return [{ fault, failure, mitigation, drills: group, worst }];
  });
}

/** The variant of a row of section 4 that did most; null where none was drilled. */
export function worstVariant(drills: readonly DrilledRun[], failure: FailureId): DrillVariant | null {
  const own = variantsOf(drills).filter((variant) => variant.failure === failure);
  const [first] = own.sort((a, b) => worstFirst(a.worst, b.worst));
  return first ?? null;
}

/** The same fault without and with what answers it. */
export interface DrillPair {
  readonly before: DrillVariant;
  readonly after: DrillVariant;
}

/** Under the same load, in the order of those with an answer; one fault may have several. */
export function pairsOf(variants: readonly DrillVariant[]): DrillPair[] {
  return variants.flatMap((after) => {
    const plain = plainFaultOf(after.worst.drill);
    const before = variants.find(
      (one) =>
        one.fault === plain && one.mitigation === null && isSameLoad(one.worst.run.record, after.worst.run.record),
    );
    return before === undefined ? [] : [{ before, after }];
  });
}

/** How long the fault stood in the worst drill, to a second; null: it did not. Milliseconds. */
export function heldMs({ worst: { drill } }: DrillVariant): number | null {
  const held = drill.phases.filter(({ name }) => name === 'hold' || name === 'mitigate');
  const [first, last] = [held[0], held.at(-1)];
  return first === undefined || last?.endedAt == null
    ? null
    : Math.round((last.endedAt - first.startedAt) / 1_000) * 1_000;
}

/** By the row of section 4, those that have any. */
export function pairsByFailure(variants: readonly DrillVariant[]): Array<{ failure: FailureId; pairs: DrillPair[] }> {
  const all = pairsOf(variants);
  return failureIds
    .map((failure) => ({ failure, pairs: all.filter(({ before }) => before.failure === failure) }))
    .filter(({ pairs }) => pairs.length > 0);
}
