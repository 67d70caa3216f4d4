import { parseMetricKey } from '../record/metric-key.ts';
import type { RunRecord, ThresholdResult } from '../record/run-record.ts';

/** `ungated`: no threshold speaks of it. `unknown`: one does, but nothing was shown. */
export type StepOutcome = 'held' | 'broken' | 'unknown' | 'ungated';

/** What the thresholds on the tag of a k6 scenario came to. */
export function stepOutcome(record: RunRecord, scenario: string): StepOutcome {
  const results = resultsOf(record, scenario);
  if (results.length === 0) return 'ungated';
  if (results.some(isBroken)) return 'broken';
  return results.every(({ outcome }) => outcome === 'held') ? 'held' : 'unknown';
}

/** Those that it broke. */
export function brokenIn(record: RunRecord, scenario: string): ThresholdResult[] {
  return resultsOf(record, scenario).filter(isBroken);
}

function isBroken({ outcome, level }: ThresholdResult): boolean {
  return outcome === 'broken' && level === 'fail';
}

function resultsOf({ judgement }: RunRecord, scenario: string): ThresholdResult[] {
  return (judgement?.thresholds ?? []).filter(({ metric }) => parseMetricKey(metric).tags.scenario === scenario);
}
