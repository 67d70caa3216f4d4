import { type Metric, metricKey, metricKeyReader } from '../record/metric-key.ts';
import type { FindingDraft } from '../record/run-record.ts';
import type { LoadLine } from '../record/series.ts';
import type { Analyzer } from './analyzer.ts';
import { answerOf, isOf } from './load-second.ts';

const shown = 10;

/** System errors by status or, where there was no answer, by k6's error code: how many, and since which second. */
export const errorClass = {
  id: 'error-class',
  requires: ['series'],
  analyze: ({ series }): FindingDraft => {
    const { requests, classes } = count(series.load);
    const found = { id: 'error-class', confidence: 'high' } as const;
    if (requests === 0) {
      const detail = { rule: 'no-requests' };
      return { ...found, outcome: 'insufficient-data', confidence: null, evidence: [], detail };
    }
    const sorted = [...classes.values()].sort((a, b) => b.count - a.count);
    const [most] = sorted;
    if (most === undefined) {
      return { ...found, outcome: 'ok', evidence: [], detail: { rule: 'none', requestsCount: requests } };
    }
    const failedCount = sorted.reduce((sum, one) => sum + one.count, 0);
    return {
      ...found,
      outcome: 'problem',
      evidence: sorted.slice(0, shown).map(({ metric, from, to, count: value }) => ({
        metric,
        from,
        to,
        value,
        unit: 'count',
        comparedWith: { value: requests, what: 'all-requests' },
      })),
      detail: {
        rule: most.rule,
        failedCount,
        failedShare: failedCount / requests,
        code: most.code,
        mostCount: most.count,
        classes: sorted.length,
        firstAt: sorted.reduce((first, { from }) => Math.min(first, from), Number.POSITIVE_INFINITY),
      },
    };
  },
} as const satisfies Analyzer<'series'>;

interface ErrorClass {
  readonly metric: string;
  readonly rule: string;
  /** Status, or k6's code. */
  readonly code: string;
  readonly from: number;
  to: number;
  count: number;
}

function count(lines: readonly LoadLine[]): { requests: number; classes: ReadonlyMap<string, ErrorClass> } {
  const classes = new Map<string, ErrorClass>();
  const read = metricKeyReader();
  let requests = 0;
  for (const { counters, from, t } of lines) {
    for (const [key, value] of Object.entries(counters)) {
      if (!isOf(key, 'http_reqs') || !(value > 0)) continue;
      requests += value;
      const { tags } = read(key);
      if (answerOf(tags) !== 'failed') continue;
      const metric = classOf(tags);
      const known = classes.get(metric);
      if (known === undefined) classes.set(metric, { metric, ...kindOf(tags), from, to: t, count: value });
      else {
        known.count += value;
        known.to = t;
      }
    }
  }
  return { requests, classes };
}

function classOf({ status, error_code: code }: Metric['tags']): string {
  return hasAnswer(status)
    ? metricKey('http_reqs', { status: status ?? '' })
    : metricKey('http_reqs', { error_code: code ?? '' });
}

/** k6 gives a request without an answer the status 0. */
function hasAnswer(status: string | undefined): boolean {
  return Number(status ?? 0) > 0;
}

/** The ranges of k6's error codes: 1050 time-out, 1110 refused by `--blacklist-ip`, 11xx DNS, 12xx TCP, 13xx TLS. */
function kindOf({ status, error_code: code = '' }: Metric['tags']): { rule: string; code: string } {
  if (hasAnswer(status))
    return { code: status ?? '', rule: Number(status) >= 500 ? 'server-error' : 'unexpected-answer' };
  if (code === '1050' || code === '1211') return { code, rule: 'timeout' };
  if (code === '1110') return { code, rule: 'address-refused' };
  return { code: code || '?', rule: /^1[123]/.test(code) ? 'connection' : 'no-answer' };
}
