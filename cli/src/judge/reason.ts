import { doubtValues } from '../record/drill-doubt.ts';
import type { Reason } from '../record/run-record.ts';

/**
 * Why a verdict is what it is: each identifier with the names of its values. The sentences stand in
 * `templates/<lang>/`, one per identifier.
 */
export const reasonValues = {
  'internal-error': ['message'],
  interrupted: [],
  'not-started': ['code', 'message'],
  'script-failed': ['exitCode'],
  'k6-killed': [],
  'k6-signal': ['signal'],
  'k6-crashed': ['message'],
  'k6-silent': ['waitedMs'],
  'no-requests': [],
  'requests-refused': ['requests', 'addresses'],
  'invariant-violated': ['invariant', 'violations'],
  'invariant-undetermined': ['invariant', 'why'],
  'not-drained': ['waitedMs'],
  'threshold-broken': ['source', 'metric', 'expression', 'observed'],
  'threshold-warned': ['source', 'metric', 'expression', 'observed'],
  'threshold-no-data': ['source', 'metric', 'expression', 'why'],
  'threshold-thin': ['source', 'metric', 'expression', 'why'],
  'k6-threshold-unknown': [],
  'generator-limit': ['rule'],
  'generator-limit-step': ['rule', 'step'],
  'generator-unwatched': [],
  'probe-gap': ['probe', 'seconds'],
  'part-died': ['process', 'detail'],
  'store-restarted': ['store'],
  'series-incomplete': ['message'],
  'series-differs': ['difference'],
  'series-untagged': ['requests'],
  'series-stalled': ['seconds'],
  'iterations-differ': ['byK6', 'inSeries'],
  'exports-rejected': ['count'],
  'analysis-failed': ['analyzer', 'message'],
  'nothing-judged': [],
  'drill-assessed': ['fault', 'level'],
  'drill-level': ['level', 'most'],
  'drill-ended': ['code', 'message'],
  'drill-not-assessed': [],
  ...doubtValues,
} as const satisfies Record<string, readonly string[]>;

type ReasonId = keyof typeof reasonValues;

export function reason<Id extends ReasonId>(
  id: Id,
  values: Readonly<Record<(typeof reasonValues)[Id][number], string | number>>,
): Reason {
  return { id, values: { ...values } };
}
