import type { Reason } from './run-record.ts';

/**
 * Why times and level of a drill are not to be trusted: each identifier with the names of its values. They are reasons of the
 * verdict as they stand, so that their sentences are `reason.<id>` and `remedy.<id>`.
 */
export const doubtValues = {
  'not-injected': ['message'],
  'baseline-missing': ['seconds'],
  'baseline-bad': ['goodShare', 'leastShare'],
  'baseline-unsteady': ['badShare'],
  'not-surged': ['offered', 'planned'],
  'placebo-alarmed': ['alarms'],
  'alarmed-before': ['signal', 'alarms'],
  'no-detector': [],
  'detector-failed': ['message'],
  'not-calibrated': [],
  ineffective: ['fault'],
  'felt-afterwards': ['fault', 'afterMs'],
  'not-shown': ['fault'],
} as const satisfies Record<string, readonly string[]>;

type DoubtId = keyof typeof doubtValues;

export function doubt<Id extends DoubtId>(
  id: Id,
  values: Readonly<Record<(typeof doubtValues)[Id][number], string | number>>,
): Reason {
  return { id, values: { ...values } };
}
