import type { Alarm, Assessment, Level } from '../record/drill.ts';
import type { LevelRule, LevelRules } from '../record/level-rules.ts';
import type { Invariant } from '../record/run-record.ts';
import { type ApiCourse, longestBelow } from './api-course.ts';

/** What the rules compare. Null: it could not be measured, and no rule on it matches. */
export interface LevelFigures {
  /** Of each core API, from impact to restoration; none where the load felt nothing. */
  readonly apis: readonly ApiCourse[];
  readonly usersShare: number | null;
  readonly invariants: readonly Invariant[];
  /** Counted again after a repair; the same where nothing was repaired. */
  readonly repairedInvariants: readonly Invariant[];
  /** From the injection on. */
  readonly alarms: readonly Alarm[];
  /** Longest time that something confirmed waited to be processed. Milliseconds. */
  readonly staleMs: number | null;
}

type Clause = NonNullable<Assessment['clause']>;
type Values = Clause['values'];

/** The first rule that matches, with the figures it compared; `absorbed` where none does. */
export function levelOf({ rules }: LevelRules, figures: LevelFigures): { level: Level; clause: Clause | null } {
  for (const rule of rules) {
    const values = compare(rule, figures);
    if (values !== null)
      return { level: rule.level, clause: { id: rule.id, values: { measure: rule.measure, ...values } } };
  }
  return { level: 'absorbed', clause: null };
}

/** The figures of `clause.<measure>` in `templates/`; null: it does not match. */
function compare(rule: LevelRule, figures: LevelFigures): Values | null {
  switch (rule.measure) {
    case 'api-below':
      return apiBelow(rule, figures.apis);
    case 'api-window':
      return apiWindow(rule.share, figures.apis);
    case 'users': {
      const { usersShare } = figures;
      return usersShare === null || usersShare < rule.share ? null : { usersShare, leastShare: rule.share };
    }
    case 'invariants':
      return rule.counted === 'before-repair'
        ? violated(rule.invariants, figures.invariants)
        : unrepaired(rule.invariants, figures.repairedInvariants);
    case 'alarm': {
      const alarm = figures.alarms.find(({ signal }) => rule.signals.includes(signal.split(':')[0] ?? signal));
      return alarm === undefined ? null : { signal: alarm.signal, by: alarm.rule };
    }
    case 'slow':
      return slow(rule, figures.apis);
    case 'stale': {
      const { staleMs } = figures;
      return staleMs === null || staleMs < rule.forMs ? null : { staleMs, leastMs: rule.forMs };
    }
  }
}

function apiBelow(
  { apis: which, share, forMs }: Extract<LevelRule, { measure: 'api-below' }>,
  all: readonly ApiCourse[],
): Values | null {
  if (all.length === 0) return null;
  const groups =
    which === 'all' ? [all] : all.filter(({ api }) => which === 'any' || which.includes(api)).map((one) => [one]);
  for (const group of groups) {
    const lastedMs = longestBelow(group, share);
    // Exports come some milliseconds early or late: ten of them are ten seconds.
    if (lastedMs <= 0 || Math.round(lastedMs / 1_000) * 1_000 < forMs) continue;
    return { api: group.map(({ api }) => api).join(', '), belowShare: share, lastedMs, leastMs: forMs };
  }
  return null;
}

function apiWindow(share: number, apis: readonly ApiCourse[]): Values | null {
  const below = apis.flatMap(({ api, goodShare }) =>
    goodShare !== null && goodShare < share ? { api, goodShare } : [],
  );
  const [worst] = below.toSorted((a, b) => a.goodShare - b.goodShare);
  return worst === undefined ? null : { ...worst, leastShare: share };
}

/** The one that was violated most often. */
function violated(which: 'any' | readonly string[], invariants: readonly Invariant[]): Values | null {
  const [found] = invariants
    .filter(({ id, outcome }) => outcome === 'violated' && (which === 'any' || which.includes(id)))
    .toSorted((a, b) => (b.violations ?? 0) - (a.violations ?? 0));
  return found === undefined ? null : { invariant: found.id, violations: found.violations ?? 'unknown' };
}

/** In words of its own: it says that the repair left it. */
function unrepaired(which: 'any' | readonly string[], invariants: readonly Invariant[]): Values | null {
  const values = violated(which, invariants);
  return values === null ? null : { ...values, measure: 'invariants-left' };
}

function slow({ factor, leastMs }: Extract<LevelRule, { measure: 'slow' }>, apis: readonly ApiCourse[]): Values | null {
  for (const { api, worstP95Ms, baselineP95Ms } of apis) {
    if (worstP95Ms === null || baselineP95Ms === null) continue;
    if (worstP95Ms < Math.max(factor * baselineP95Ms, baselineP95Ms + leastMs)) continue;
    return { api, p95Ms: worstP95Ms, baselineMs: baselineP95Ms, factor };
  }
  return null;
}
