import { parseMetricKey } from '../record/metric-key.ts';
import { within } from '../stats/window.ts';
import type { Analyzer } from './analyzer.ts';
import { keysOf } from './signal.ts';
import { commonLack, type Evidence, insufficient, ok, problem, type Symptom, secondBefore } from './symptom.ts';
import { finitePoints, watch } from './watch.ts';

/**
 * Did the members of a consumer group change during the load? While a group shares its partitions out anew nobody in it
 * reads. `members-changed`: their number went up or down; `members-lost`: it fell to none. One reading is enough: it is
 * the broker's own count, and a reading that failed is none.
 */
const id = 'rebalance';

export const rebalance = {
  id,
  requires: ['load', 'series'],
  analyze: ({ load, series }) => {
    const watches = keysOf(series, 'kafka_group_members').map((key) => watch(series, key, load));
    const symptoms = watches.flatMap(({ key }): Symptom[] => {
      const points = finitePoints(series, key);
      // The last reading before the load is where it began.
      const before = points.filter(({ t }) => t < load.startedAt).slice(-1);
      const during = [...before, ...within(points, load.startedAt, load.endedAt)];
      const changes = during.slice(1).filter(({ value }, index) => value !== during[index]?.value);
      const [first] = changes;
      if (first === undefined) return [];
      const counts = during.map(({ value }) => value);
      const fewest = counts.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
      const most = counts.reduce((a, b) => Math.max(a, b), 0);
      return [
        {
          rule: changes.some(({ value }) => value === 0) ? 'members-lost' : 'members-changed',
          confidence: 'high',
          evidence: [
            {
              metric: key,
              from: secondBefore(first.t),
              to: changes.at(-1)?.t ?? first.t,
              value: fewest,
              unit: '',
              comparedWith: { value: most, what: 'most-members' },
            },
          ],
          detail: {
            group: parseMetricKey(key).tags.group ?? '',
            changes: changes.length,
            fewest,
            most,
            firstAt: first.t,
          },
          surer: [{ id: 'rebalance-log', values: {} }],
        },
      ];
    });
    const found = problem(
      id,
      symptoms.sort((a, b) => Number(a.detail.fewest) - Number(b.detail.fewest)),
    );
    if (found !== null) return found;
    const evidence = watches.flatMap(({ key: metric, points, from, to }): Evidence[] => {
      const last = points.at(-1);
      return last === undefined ? [] : [{ metric, from, to, value: last.value, unit: '', comparedWith: null }];
    });
    const lack = commonLack(watches.map((one) => one.lack));
    if (lack !== null) return insufficient(id, lack, evidence);
    if (evidence.every(({ value }) => value === 0)) return insufficient(id, 'no-members', evidence);
    return ok(id, evidence, { groups: watches.length });
  },
} as const satisfies Analyzer<'load' | 'series'>;
