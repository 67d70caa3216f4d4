import { answerOf } from '../record/expected-answer.ts';
import { isOf, type Metric, metricKey, metricKeyReader } from '../record/metric-key.ts';
import type { FindingDraft } from '../record/run-record.ts';
import type { LoadLine } from '../record/series.ts';
import type { Analyzer } from './analyzer.ts';
import { KindTally, kindEvidence, kindTotal } from './kind-tally.ts';

/** Under that a third of the load holds too few for its share to say anything. */
const leastForRate = 12;
/** Chi-squared, two degrees of freedom, 5 %. */
const unevenFrom = 5.99;

/** System errors by status or, where there was no answer, by k6's error code: how many, and since which second. */
export const errorClass = {
  id: 'error-class',
  requires: ['series'],
  analyze: ({ series }): FindingDraft => {
    const { requests, classes, thirds } = count(series.load);
    const found = { id: 'error-class', confidence: 'high' } as const;
    if (requests === 0) {
      const detail = { rule: 'no-requests' };
      return { ...found, outcome: 'insufficient-data', confidence: null, evidence: [], detail };
    }
    const sorted = classes.sorted();
    const [most] = sorted;
    if (most === undefined) {
      return { ...found, outcome: 'ok', evidence: [], detail: { rule: 'none', requestsCount: requests } };
    }
    const { count: failedCount, firstAt } = kindTotal(sorted);
    return {
      ...found,
      outcome: 'problem',
      evidence: kindEvidence(sorted, requests),
      detail: {
        rule: most.rule,
        failedCount,
        failedShare: failedCount / requests,
        code: most.code,
        mostCount: most.count,
        classes: sorted.length,
        firstAt,
      },
      ruledOut: evenRate(thirds),
    };
  },
} as const satisfies Analyzer<'series'>;

interface ErrorClass {
  readonly metric: string;
  readonly rule: string;
  /** Status, or k6's code. */
  readonly code: string;
}

interface Third {
  requests: number;
  failed: number;
}

interface Counted {
  readonly requests: number;
  readonly classes: KindTally<ErrorClass>;
  /** Of the load, in the order of time. */
  readonly thirds: readonly Third[];
}

function count(lines: readonly LoadLine[]): Counted {
  const begin = lines[0]?.from ?? 0;
  const thirdMs = ((lines.at(-1)?.t ?? 0) - begin) / 3;
  const thirds: [Third, Third, Third] = [
    { requests: 0, failed: 0 },
    { requests: 0, failed: 0 },
    { requests: 0, failed: 0 },
  ];
  const classes = new KindTally<ErrorClass>();
  const read = metricKeyReader();
  let requests = 0;
  for (const { counters, from, t } of lines) {
    const middle = (from + t) / 2 - begin;
    const third = middle < thirdMs ? thirds[0] : middle < 2 * thirdMs ? thirds[1] : thirds[2];
    for (const [key, value] of Object.entries(counters)) {
      if (!isOf(key, 'http_reqs') || !(value > 0)) continue;
      requests += value;
      third.requests += value;
      const { tags } = read(key);
      if (answerOf(tags) !== 'failed') continue;
      third.failed += value;
      classes.add({ metric: classOf(tags), ...kindOf(tags) }, { from, to: t, count: value });
    }
  }
  return { requests, classes, thirds };
}

/** Errors of overload, or of a part that fails for a while, come together; those of certain users or inputs do not. */
function evenRate(thirds: readonly Third[]): FindingDraft['ruledOut'] {
  const requests = thirds.reduce((sum, third) => sum + third.requests, 0);
  const failed = thirds.reduce((sum, third) => sum + third.failed, 0);
  const share = failed / requests;
  // Where nearly all fail there is nothing to tell apart.
  if (failed < leastForRate || share > 0.5 || thirds.some((third) => third.requests === 0)) return [];
  const uneven = thirds.reduce((sum, third) => {
    const expected = share * third.requests;
    return sum + (third.failed - expected) ** 2 / expected;
  }, 0);
  if (uneven >= unevenFrom) return [];
  const shares = thirds.map((third) => third.failed / third.requests);
  return [{ id: 'uneven-errors', values: { lowestShare: Math.min(...shares), highestShare: Math.max(...shares) } }];
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
