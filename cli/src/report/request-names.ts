import type { ReportedRun } from './api-figures.ts';
import { countOutcomes } from './outcome-count.ts';

/** How far a script's request names go beyond a list of APIs: k6 names a request by its URL when the script does not. */
export interface RequestNames {
  /** Names that the series tells apart. */
  readonly kept: number;
  /** Names beyond that, which stand as their pattern. */
  readonly folded: number;
  /** There were more than were counted. */
  readonly atLeast: boolean;
  /** Of the kept ones: asked for once. */
  readonly once: number;
}

/** Fewer names than this are a list of APIs, however often each was asked for. */
const fewNames = 20;
const mostlyOnce = 0.5;

/** Null while the names look like APIs. */
export function unboundedNames({ record, series }: ReportedRun): RequestNames | null {
  const counts = [...(countOutcomes(series)?.values() ?? [])];
  const once = counts.filter(({ requests }) => requests === 1).length;
  const { names: folded = 0, atLeast = false, untagged = 0 } = record.load?.folded ?? {};
  const isUnbounded = folded > 0 || untagged > 0 || (counts.length >= fewNames && once >= mostlyOnce * counts.length);
  return isUnbounded ? { kept: counts.length, folded, atLeast, once } : null;
}
