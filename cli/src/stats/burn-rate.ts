/** How many times as fast as it may be the error budget is spent, over a long and a short window; 1 spends just all of it. */
export interface BurnRate {
  /** @param t epoch milliseconds, never earlier than the one before */
  add(t: number, good: number, bad: number): void;
  /** Over the windows that end at `t`; 0 for one in which nothing was counted. */
  at(t: number): { readonly long: number; readonly short: number };
}

/**
 * Multiwindow, multi-burn-rate alerting as in the Site Reliability Workbook of Google, chapter 5: 14.4 times the budget, in an
 * hour and in its last five minutes. A drill lasts minutes, so that both windows are sixty times as short.
 */
export const burnRateRule = { longMs: 60_000, shortMs: 5_000, budget: 0.001, limit: 14.4 } as const;

interface BurnRateWindows {
  readonly longMs: number;
  readonly shortMs: number;
  /** Share of bad events that may be, 0–1. */
  readonly budget: number;
}

interface Counted {
  readonly t: number;
  readonly good: number;
  readonly bad: number;
}

export function createBurnRate(rule: BurnRateWindows = burnRateRule): BurnRate {
  const { longMs, shortMs, budget } = rule;
  let counted: Counted[] = [];

  const since = (from: number): number => {
    const inside = counted.filter(({ t }) => t > from);
    const bad = inside.reduce((sum, one) => sum + one.bad, 0);
    const all = inside.reduce((sum, one) => sum + one.good, bad);
    return all === 0 ? 0 : bad / all / budget;
  };

  return {
    add: (t, good, bad) => {
      counted = [...counted.filter((one) => one.t > t - longMs), { t, good, bad }];
    },
    at: (t) => ({ long: since(t - longMs), short: since(t - shortMs) }),
  };
}
