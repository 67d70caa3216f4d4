import { hadNothingToCheck } from '../record/invariant-scope.ts';
import type { FindingDraft } from '../record/run-record.ts';
import type { Analyzer } from './analyzer.ts';

/** Did what must never happen happen? Over nothing to check nothing held. */
export const consistency = {
  id: 'consistency',
  requires: ['invariants'],
  analyze: ({ invariants }): FindingDraft => {
    const violated = invariants.filter(({ outcome }) => outcome === 'violated');
    const open = invariants.filter(({ outcome }) => outcome === 'undetermined');
    const empty = invariants.filter(hadNothingToCheck);
    const numbers = {
      violated: violated.length,
      undetermined: open.length,
      empty: empty.length,
      held: invariants.length - violated.length - open.length - empty.length,
    };
    const insufficient = (rule: string, more: Record<string, string> = {}): FindingDraft => ({
      id: 'consistency',
      outcome: 'insufficient-data',
      confidence: null,
      evidence: [],
      detail: { ...numbers, ...more, rule },
    });
    const [worst] = [...violated].sort((a, b) => (b.violations ?? 0) - (a.violations ?? 0));
    if (worst !== undefined) {
      return {
        id: 'consistency',
        outcome: 'problem',
        confidence: 'high',
        evidence: violated.map(({ id, violations }) => ({
          metric: id,
          from: null,
          to: null,
          value: violations ?? 0,
          unit: 'count',
          comparedWith: { value: 0, what: 'allowed-violations' },
        })),
        detail: { ...numbers, rule: 'violated', invariant: worst.id, violationsCount: worst.violations ?? 0 },
      };
    }
    if (invariants.length === 0) return insufficient('not-run');
    const [first] = open;
    if (first !== undefined) return insufficient('undetermined', { invariant: first.id });
    if (numbers.held === 0) return insufficient('nothing-to-check');
    return { id: 'consistency', outcome: 'ok', confidence: 'high', evidence: [], detail: { ...numbers, rule: 'held' } };
  },
} as const satisfies Analyzer<'invariants'>;
