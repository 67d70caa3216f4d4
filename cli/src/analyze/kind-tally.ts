import type { FindingDraft } from '../record/run-record.ts';

const shown = 10;

/** Answers of one kind: how many, and in which seconds. */
export interface Kind {
  /** Their key, under which they stand in the evidence. */
  readonly metric: string;
  readonly from: number;
  to: number;
  count: number;
}

/** Answers of several kinds, as they come in the order of time. */
export class KindTally<T extends { readonly metric: string }> {
  readonly #kinds = new Map<string, T & Kind>();

  add(kind: T, { from, to, count }: Omit<Kind, 'metric'>): void {
    const known = this.#kinds.get(kind.metric);
    if (known === undefined) {
      this.#kinds.set(kind.metric, { ...kind, from, to, count });
      return;
    }
    known.count += count;
    known.to = to;
  }

  /** The most frequent kind first. */
  sorted(): Array<T & Kind> {
    return [...this.#kinds.values()].sort((a, b) => b.count - a.count);
  }
}

/** The first ten kinds against all requests. */
export function kindEvidence(kinds: readonly Kind[], requests: number): FindingDraft['evidence'] {
  return kinds.slice(0, shown).map(({ metric, from, to, count: value }) => ({
    ...{ metric, from, to, value, unit: 'count' },
    comparedWith: { value: requests, what: 'all-requests' },
  }));
}

/** How many there are of all kinds, and when the first of them came. */
export function kindTotal(kinds: readonly Kind[]): { readonly count: number; readonly firstAt: number } {
  return {
    count: kinds.reduce((sum, one) => sum + one.count, 0),
    firstAt: kinds.reduce((first, { from }) => Math.min(first, from), Number.POSITIVE_INFINITY),
  };
}
