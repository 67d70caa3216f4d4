import { parseMetricKey } from '../record/metric-key.ts';
import { within } from '../stats/window.ts';
import type { Analyzer } from './analyzer.ts';
import { keysOf } from './signal.ts';
import { type Evidence, insufficient, ok, problem, type Symptom, secondBefore } from './symptom.ts';
import { finitePoints } from './watch.ts';

/**
 * Does a lock in Redis expire by itself? PTTL answers −1 for a key that never does: whoever dies while holding it locks
 * everybody out. One such reading is enough, it is Redis' own answer; a lock that is held for microseconds may never be seen.
 */
const never = -1;
const id = 'lock-expiry';

export const lockExpiry = {
  id,
  requires: ['load', 'series'],
  analyze: ({ load, series }) => {
    const locks = keysOf(series, 'redis_lock_ttl_ms').flatMap((key) => {
      const points = within(finitePoints(series, key), load.startedAt, load.endedAt);
      return points.length === 0 ? [] : [{ key, points }];
    });
    const symptoms = locks.flatMap(({ key, points }): Symptom[] => {
      const endless = points.filter(({ value }) => value === never);
      const [first] = endless;
      if (first === undefined) return [];
      return [
        {
          rule: 'never-expires',
          confidence: 'high',
          evidence: [
            {
              metric: key,
              from: secondBefore(first.t),
              to: endless.at(-1)?.t ?? first.t,
              value: never,
              unit: 'ms',
              comparedWith: null,
            },
          ],
          detail: {
            lock: parseMetricKey(key).tags.key ?? '',
            endless: endless.length,
            seen: points.length,
            firstAt: first.t,
          },
        },
      ];
    });
    const found = problem(
      id,
      symptoms.sort((a, b) => Number(b.detail.endless) - Number(a.detail.endless)),
    );
    if (found !== null) return found;
    const seen = locks.reduce((sum, { points }) => sum + points.length, 0);
    if (seen === 0) return insufficient(id, 'never-seen');
    const longestMs = locks.reduce((most, { points }) => points.reduce((a, { value }) => Math.max(a, value), most), 0);
    const evidence: Evidence[] = locks.map(({ key, points }) => ({
      metric: key,
      from: load.startedAt,
      to: load.endedAt,
      value: points.reduce((a, { value }) => Math.max(a, value), 0),
      unit: 'ms',
      comparedWith: null,
    }));
    return ok(id, evidence, { seen, longestMs });
  },
} as const satisfies Analyzer<'load' | 'series'>;
