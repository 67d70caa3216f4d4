import type { Analyzer } from './analyzer.ts';
import { type Evidence, insufficient, ok, problem } from './symptom.ts';

/**
 * How long until what the load left behind was processed. `not-drained`: not within the time that was given. `slow`:
 * a tenth of the load's length and five seconds at least (quiet runs of 10 to 60 s: below 1.5 s; it is read once a second).
 */
const slowShare = 0.1;
const leastSlowMs = 5_000;

const id = 'drain';

export const drain = {
  id,
  requires: ['load', 'drain'],
  analyze: ({ load, drain: waited }) => {
    if (waited === null) return insufficient(id, 'not-awaited');
    const left = Object.entries(waited.left);
    if (left.length === 0) return insufficient(id, 'not-watched');
    const lengthMs = load.endedAt - load.startedAt;
    const { tookMs, limitMs } = waited;
    const evidence: Evidence[] = left.map(([metric, value]) => ({
      metric,
      from: load.endedAt,
      to: load.endedAt + tookMs,
      value,
      unit: 'records',
      comparedWith: null,
    }));
    const detail = { tookMs, loadMs: lengthMs };
    if (!waited.drained && tookMs < limitMs) return insufficient(id, 'given-up', evidence, detail);
    if (!waited.drained) {
      const leftCount = left.reduce((sum, [, value]) => sum + value, 0);
      const most = left.reduce((a, b) => (b[1] > a[1] ? b : a));
      const found = { waitedMs: tookMs, leftCount, mostLeft: most[0], mostLeftCount: most[1] };
      const symptom = { rule: 'not-drained', confidence: 'high', evidence, detail: found } as const;
      return problem(id, [symptom]) ?? insufficient(id, 'not-watched');
    }
    if (tookMs >= Math.max(leastSlowMs, slowShare * lengthMs)) {
      const symptom = {
        rule: 'slow',
        confidence: 'high',
        evidence,
        detail: { ...detail, tookShare: tookMs / lengthMs },
      } as const;
      return problem(id, [symptom]) ?? insufficient(id, 'not-watched');
    }
    return ok(id, evidence, detail);
  },
} as const satisfies Analyzer<'load' | 'drain'>;
