import type { Reason, RunRecord } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { exitCode, isScriptFailure } from '../system/exit-code.ts';
import type { Ground } from './ground.ts';
import { reason } from './reason.ts';

// k6's own number for a failure that it does not know.
const k6UnknownFailure = 255;
// Its number for being told to end.
const k6Aborted = 105;

/** What k6 made of the script, and whether there was a load at all. */
export function loadGrounds({ load, status, drain }: RunRecord, series: Series): Ground[] {
  if (load === null || status === 'interrupted') return [];
  return [...k6Grounds(load), ...refusedGrounds(load), ...measuredGrounds(load, series), ...drainGrounds(drain)];
}

function k6Grounds({ exitCode: code, crash, cutBy, thresholds }: NonNullable<RunRecord['load']>): Ground[] {
  const by = 'k6';
  if (crash !== null) return [{ code: exitCode.inconclusive, by, reason: crashReason(crash), invalid: true }];
  if (code === null) return [{ code: exitCode.inconclusive, by, reason: reason('k6-killed', {}), invalid: true }];
  // What loadkit ended it for is a ground of its own.
  if (code === exitCode.ok || (code === k6Aborted && cutBy !== null)) return [];
  if (code === exitCode.threshold) {
    const isKnown = thresholds.some(({ held }) => held === false);
    return isKnown ? [] : [{ code, by, reason: reason('k6-threshold-unknown', {}) }];
  }
  // Any other number is not k6's own choice.
  return [
    { code: isScriptFailure(code) ? code : k6UnknownFailure, by, reason: reason('script-failed', { exitCode: code }) },
  ];
}

/** What k6 would have found nobody knows: that is no failure of the script, and none of the service. */
function crashReason({
  kind,
  signal,
  message,
  waitedMs,
}: NonNullable<NonNullable<RunRecord['load']>['crash']>): Reason {
  if (kind === 'silent') return reason('k6-silent', { waitedMs: waitedMs ?? 'unknown' });
  if (kind === 'runtime') return reason('k6-crashed', { message: message ?? 'unknown' });
  return reason('k6-signal', { signal: signal ?? 'unknown' });
}

/** The script's thresholds say what follows from it; that it happened must be seen in any case. */
function refusedGrounds({ refused }: NonNullable<RunRecord['load']>): Ground[] {
  if (refused.requests === 0 && refused.addresses.length === 0) return [];
  const values = { requests: refused.requests, addresses: refused.addresses.join(', ') };
  return [{ code: null, by: 'loadkit', reason: reason('requests-refused', values) }];
}

function measuredGrounds({ reconciliation, summary }: NonNullable<RunRecord['load']>, series: Series): Ground[] {
  if (reconciliation.seriesRequests > 0 || (reconciliation.summaryRequests ?? 0) > 0) return [];
  const isOtherProtocol = (key: string) => /^(ws|grpc|browser)_/.test(key);
  const keys = [
    ...Object.keys(summary ?? {}),
    ...series.load.flatMap(({ counters, histograms }) => [...Object.keys(counters), ...Object.keys(histograms)]),
  ];
  if (keys.some(isOtherProtocol)) return [];
  return [{ code: exitCode.inconclusive, by: 'loadkit', reason: reason('no-requests', {}) }];
}

function drainGrounds(drain: RunRecord['drain']): Ground[] {
  if (drain === null || drain.drained) return [];
  const values = { waitedMs: drain.tookMs };
  return [{ code: exitCode.inconclusive, by: 'loadkit', reason: reason('not-drained', values) }];
}
