import { answerOf } from '../record/expected-answer.ts';
import { isOf, metricKey, metricKeyReader } from '../record/metric-key.ts';
import type { Finding, FindingDraft } from '../record/run-record.ts';
import type { LoadLine } from '../record/series.ts';
import type { Analyzer } from './analyzer.ts';

/** What the service refused as it should: sold out when, and how many were refused as already served. Never a problem. */
export const rejection = {
  id: 'rejection',
  requires: ['series'],
  analyze: ({ series }): FindingDraft => {
    const tally = count(series.load);
    const found = { id: 'rejection', outcome: 'ok', confidence: 'high' } as const;
    if (tally.requests === 0) {
      const detail = { rule: 'no-requests' };
      return { ...found, outcome: 'insufficient-data', confidence: null, evidence: [], detail };
    }
    const total = { value: tally.requests, what: 'all-requests' };
    const evidence: Finding['evidence'] = [...tally.byStatus]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([status, { count: value, from, to }]) => {
        const metric = metricKey('http_reqs', { status });
        return { metric, from, to, value, unit: 'count', comparedWith: total };
      });
    const rejectedCount = evidence.reduce((sum, { value }) => sum + value, 0);
    if (rejectedCount === 0) return { ...found, evidence, detail: { rule: 'none' } };
    const detail = {
      rejectedCount,
      rejectedShare: rejectedCount / tally.requests,
      refusedCount: tally.byStatus.get('409')?.count ?? 0,
      soldOutCount: tally.byStatus.get('410')?.count ?? 0,
    };
    const soldOut = firstSoldOut(tally);
    if (soldOut === null) return { ...found, evidence, detail: { ...detail, rule: 'refused' } };
    const { api, soldOutAt, lastSuccessAt } = soldOut;
    if (lastSuccessAt === null)
      return { ...found, evidence, detail: { ...detail, rule: 'never-sold', api, soldOutAt } };
    return { ...found, evidence, detail: { ...detail, rule: 'sold-out', api, soldOutAt, lastSuccessAt } };
  },
} as const satisfies Analyzer<'series'>;

interface Span {
  count: number;
  from: number;
  to: number;
}

interface Tally {
  requests: number;
  readonly byStatus: Map<string, Span>;
  /** By the request's name. */
  readonly success: Map<string, Span>;
  readonly soldOut: Map<string, Span>;
}

function count(lines: readonly LoadLine[]): Tally {
  const tally: Tally = { requests: 0, byStatus: new Map(), success: new Map(), soldOut: new Map() };
  const read = metricKeyReader();
  for (const { counters, from, t } of lines) {
    for (const [key, value] of Object.entries(counters)) {
      if (!isOf(key, 'http_reqs') || !(value > 0)) continue;
      tally.requests += value;
      const { tags } = read(key);
      const [answer, name, status] = [answerOf(tags), tags.name ?? '*', tags.status ?? ''];
      if (answer === 'success') extend(tally.success, name, value, from, t);
      if (answer !== 'rejected') continue;
      extend(tally.byStatus, status, value, from, t);
      if (status === '410') extend(tally.soldOut, name, value, from, t);
    }
  }
  return tally;
}

function extend(spans: Map<string, Span>, key: string, count: number, from: number, to: number): void {
  const span = spans.get(key);
  if (span === undefined) spans.set(key, { count, from, to });
  else {
    span.count += count;
    span.to = to;
  }
}

/** Of the request that was refused most often for that reason. */
function firstSoldOut({ soldOut, success }: Tally) {
  const [most] = [...soldOut].sort(([, a], [, b]) => b.count - a.count);
  if (most === undefined) return null;
  const [api, { from }] = most;
  return { api, soldOutAt: from, lastSuccessAt: success.get(api)?.to ?? null };
}
