import { agree, iterationCount } from '../record/iteration-count.ts';
import type { FindingDraft, Load } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import type { Analyzer } from './analyzer.ts';

/**
 * Did the measurement itself work: does the series hold as many requests as k6 counted, is there a second without an
 * export, did every probe read?
 */
export const measurement = {
  id: 'measurement',
  requires: ['load', 'series'],
  analyze: ({ load, series }) => {
    const { difference, rejectedExports } = load.reconciliation;
    const silentSeconds = longestSilence(series, load.startedAt, load.endedAt);
    const isWhole = rejectedExports === 0 && silentSeconds < 3;
    if (load.withoutSummary) return bySeriesAlone(load, series, { isWhole, silentSeconds });
    const sound = difference === 0 && isWhole;
    return {
      id: 'measurement',
      outcome: difference === null ? 'insufficient-data' : sound ? 'ok' : 'problem',
      confidence: 'high',
      evidence: [],
      detail: { difference: difference ?? 'unknown', rejectedExports, silentSeconds },
    } satisfies FindingDraft;
  },
} as const satisfies Analyzer<'load' | 'series'>;

/** Without a summary k6's count of its iterations is all that the series can be compared with. */
function bySeriesAlone(
  load: Load,
  { load: lines }: Series,
  { isWhole, silentSeconds }: { readonly isWhole: boolean; readonly silentSeconds: number },
): FindingDraft {
  const count = iterationCount(load, lines);
  const detail = { difference: 'unknown', rejectedExports: load.reconciliation.rejectedExports, silentSeconds };
  const found = { id: 'measurement', confidence: 'high' as const, evidence: [] };
  if (count === null) return { ...found, outcome: 'insufficient-data', detail: { ...detail, rule: 'summary-off' } };
  if (!isWhole || !agree(count, load)) {
    return { ...found, outcome: 'problem', detail: { ...detail, rule: 'iterations-differ' } };
  }
  return { ...found, outcome: 'ok', detail: { ...detail, rule: 'iterations-agree' } };
}

/** Longest time between two exports of k6 (or from the start, or to the end), in whole seconds beyond the first. */
function longestSilence({ load }: Series, from: number, to: number): number {
  const moments = [from, ...load.map(({ t }) => t).filter((t) => t > from && t < to), to];
  let longest = 0;
  for (let index = 1; index < moments.length; index += 1) {
    longest = Math.max(longest, (moments[index] ?? 0) - (moments[index - 1] ?? 0));
  }
  return Math.max(0, Math.floor(longest / 1_000) - 1);
}
