import type { RunRecord } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { exitCode } from '../system/exit-code.ts';
import type { Ground } from './ground.ts';
import { reason } from './reason.ts';

const by = 'loadkit';
const code = exitCode.inconclusive;

/**
 * What the per-second series lacks. k6's own thresholds and figures do not rest on it, but all else does: curves, findings,
 * gates, invariants. A pass says that the measurement was sound, and this one was not.
 */
export function seriesGrounds(
  { errors, load }: Pick<RunRecord, 'errors' | 'load'>,
  series: Pick<Series, 'load'>,
): Ground[] {
  const cut = errors.find(({ code: id }) => id === 'series-incomplete');
  if (cut !== undefined) return [{ code, by, reason: reason('series-incomplete', { message: cut.message }) }];
  const difference = load?.reconciliation.difference ?? null;
  const requests = load?.folded?.untagged ?? 0;
  return [
    ...(difference === null || difference === 0
      ? []
      : [{ code, by, reason: reason('series-differs', { difference }) } as const]),
    ...(difference === 0 ? stalls(series) : []),
    // Counted, but of which API and with which status nobody knows.
    ...(requests === 0 ? [] : [{ code, by, reason: reason('series-untagged', { requests }) } as const]),
  ];
}

/** From which length on an export that holds several seconds is told. */
const longStall = 3;

/** k6 could not get rid of its figures for a while, and then sent them in one: all are there, so that it changes nothing. */
function stalls({ load }: Pick<Series, 'load'>): Ground[] {
  const longestMs = load.reduce((longest, { from, t }) => Math.max(longest, t - from), 0);
  const seconds = Math.floor(longestMs / 1_000) - 1;
  return seconds < longStall ? [] : [{ code: null, by, reason: reason('series-stalled', { seconds }) }];
}
