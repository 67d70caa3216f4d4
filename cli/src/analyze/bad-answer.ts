import { isOf, metricKey, metricKeyReader } from '../record/metric-key.ts';
import type { FindingDraft } from '../record/run-record.ts';
import type { LoadLine } from '../record/series.ts';
import type { Analyzer } from './analyzer.ts';
import { KindTally, kindEvidence, kindTotal } from './kind-tally.ts';

/** The rate in which a script counts an answer that its status calls right and its content calls wrong. */
const counter = 'bad_answers.total';

/** Errors that a right status hides: by API and status, how many, and since which second. */
export const badAnswer = {
  id: 'bad-answer',
  requires: ['series'],
  analyze: ({ series }): FindingDraft => {
    const { answers, kinds } = count(series.load);
    const found = { id: 'bad-answer', confidence: 'high' } as const;
    if (answers === 0) {
      const detail = { rule: 'not-checked' };
      return { ...found, outcome: 'insufficient-data', confidence: null, evidence: [], detail };
    }
    const sorted = kinds.sorted();
    const [most] = sorted;
    if (most === undefined) {
      return { ...found, outcome: 'ok', evidence: [], detail: { rule: 'none', requestsCount: answers } };
    }
    const { count: badCount, firstAt } = kindTotal(sorted);
    return {
      ...found,
      outcome: 'problem',
      evidence: kindEvidence(sorted, answers),
      detail: {
        rule: 'found',
        badCount,
        badShare: badCount / answers,
        api: most.api,
        code: most.status,
        mostCount: most.count,
        firstAt,
      },
    };
  },
} as const satisfies Analyzer<'series'>;

interface BadAnswer {
  readonly metric: string;
  readonly api: string;
  readonly status: string;
}

function count(lines: readonly LoadLine[]): { answers: number; kinds: KindTally<BadAnswer> } {
  const kinds = new KindTally<BadAnswer>();
  const read = metricKeyReader();
  let answers = 0;
  for (const { counters, from, t } of lines) {
    for (const [key, value] of Object.entries(counters)) {
      if (!isOf(key, counter) || !(value > 0)) continue;
      answers += value;
      const { condition, name: api = '?', status = '?' } = read(key).tags;
      if (condition !== 'nonzero') continue;
      const metric = metricKey('bad_answers', { name: api, status });
      kinds.add({ metric, api, status }, { from, to: t, count: value });
    }
  }
  return { answers, kinds };
}
