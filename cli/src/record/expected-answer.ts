import type { Metric } from './metric-key.ts';

/**
 * True for an answer that the script expects, by k6's tags of the request. A script that switched k6's response callback
 * off has no `expected_response`; k6's own rule is 200–399.
 */
export function isExpectedAnswer({ status, expected_response: expected }: Metric['tags']): boolean {
  return expected === undefined ? Number(status) >= 200 && Number(status) < 400 : expected === 'true';
}
