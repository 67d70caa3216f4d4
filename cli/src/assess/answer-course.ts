import { type FaultSpan, findImpact } from './impact.ts';
import { findRestoration } from './recovery.ts';
import type { JudgedStream } from './stream.ts';

/** What the load's own answers felt of a fault. Epoch milliseconds. */
export interface AnswerCourse {
  /** Begin of the first bad second; not before the injection, which may lie within it. */
  readonly impactAt: number;
  /** Begin of that second. */
  readonly from: number;
  /** When the last of the APIs that were hit was as before; null where one was not. */
  readonly restoredAt: number | null;
}

/** Null where no API was hit. */
export function followAnswers(streams: readonly JudgedStream[], fault: FaultSpan): AnswerCourse | null {
  const hit = streams.flatMap(({ offered, tolerance }) => {
    const impact = findImpact(offered, tolerance, fault);
    if (impact === null) return [];
    return [{ from: impact.from, restoredAt: findRestoration(offered, tolerance, fault, impact)?.from ?? null }];
  });
  if (hit.length === 0) return null;
  const from = Math.min(...hit.map((one) => one.from));
  const ends = hit.map(({ restoredAt }) => restoredAt);
  return {
    impactAt: Math.max(from, fault.from),
    from,
    restoredAt: ends.some((end) => end === null) ? null : Math.max(...ends.flatMap((end) => end ?? [])),
  };
}
