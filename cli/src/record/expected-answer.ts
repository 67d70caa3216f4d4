import type { Metric } from './metric-key.ts';

/**
 * True for an answer that the script expects, by k6's tags of the request. A script that switched k6's response callback
 * off has no `expected_response`; k6's own rule is 200–399.
 */
export function isExpectedAnswer({ status, expected_response: expected }: Metric['tags']): boolean {
  return expected === undefined ? Number(status) >= 200 && Number(status) < 400 : expected === 'true';
}

type Answer = 'success' | 'rejected' | 'failed' | 'unknown';

/**
 * What became of a request, by its tags. Requests beyond the number of tags that k6 keeps apart have no tag at all, and are
 * no failures for that.
 */
export function answerOf(tags: Metric['tags']): Answer {
  if (tags.status === undefined && tags.expected_response === undefined) return 'unknown';
  if (!isExpectedAnswer(tags)) return 'failed';
  return Number(tags.status) >= 400 ? 'rejected' : 'success';
}
