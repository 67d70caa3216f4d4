import { isExpectedAnswer } from '../record/expected-answer.ts';
import type { Series } from '../record/series-index.ts';
import { counterTotals } from './series-total.ts';

/** Requests of one name by what became of them; exact, from k6's own counters. */
export interface OutcomeCount {
  readonly requests: number;
  readonly success: number;
  /** Refused as it should be: 409, 410, … that the script expects. */
  readonly rejected: number;
  readonly failed: number;
  /** Of those that failed: never sent, because k6 may not reach the address. */
  readonly refused: number;
  /** Of those that succeeded or were rejected: the script found their content wrong (`bad_answers`). */
  readonly bad: number;
  /** Successes by status, the lowest first: 200, 201, … */
  readonly successes: readonly StatusCount[];
  /** Correct rejections by status, the lowest first: 409, 410, … */
  readonly rejections: readonly StatusCount[];
}

interface StatusCount {
  readonly status: number;
  readonly count: number;
}

interface Tally {
  success: number;
  rejected: number;
  failed: number;
  refused: number;
  bad: number;
  readonly successByStatus: Map<number, number>;
  readonly rejectedByStatus: Map<number, number>;
}

/** k6's code for an address that `--blacklist-ip` holds. */
const refusedCode = '1110';

/** By the `name` tag. Null when the series holds no export of k6 at all: then nothing is known, not even "none". */
export function countOutcomes(series: Series): ReadonlyMap<string, OutcomeCount> | null {
  if (series.load.length === 0) return null;
  const tallies = new Map<string, Tally>();
  for (const { name, tags, value } of counterTotals(series)) {
    if (tags.name === undefined) continue;
    if (name === 'http_reqs') add(tallyOf(tallies, tags.name), tags, value);
    else if (name === 'bad_answers.total' && tags.condition === 'nonzero') tallyOf(tallies, tags.name).bad += value;
  }
  const counts = [...tallies].map(([name, tally]) => [name, closed(tally)] as const);
  return new Map(counts.filter(([, { requests }]) => requests > 0));
}

/** Of several names together. */
export function sumOutcomes(counts: readonly OutcomeCount[]): OutcomeCount {
  const total = emptyTally();
  for (const { success, rejected, failed, refused, bad, successes, rejections } of counts) {
    total.success += success;
    total.rejected += rejected;
    total.failed += failed;
    total.refused += refused;
    total.bad += bad;
    for (const each of successes) addStatus(total.successByStatus, each);
    for (const each of rejections) addStatus(total.rejectedByStatus, each);
  }
  return closed(total);
}

function emptyTally(): Tally {
  return {
    success: 0,
    rejected: 0,
    failed: 0,
    refused: 0,
    bad: 0,
    successByStatus: new Map(),
    rejectedByStatus: new Map(),
  };
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const tally = tallies.get(name) ?? emptyTally();
  tallies.set(name, tally);
  return tally;
}

function add(tally: Tally, tags: Readonly<Record<string, string>>, count: number): void {
  const status = Number(tags.status);
  if (tags.error_code === refusedCode) tally.refused += count;
  const outcome = outcomeOf(tags);
  tally[outcome] += count;
  if (outcome === 'success') addStatus(tally.successByStatus, { status, count });
  if (outcome === 'rejected') addStatus(tally.rejectedByStatus, { status, count });
}

function addStatus(counts: Map<number, number>, { status, count }: StatusCount): void {
  // A script may give its requests any tag.
  if (!Number.isInteger(status)) return;
  counts.set(status, (counts.get(status) ?? 0) + count);
}

/** What became of a request with these tags of k6. */
export function outcomeOf(tags: Readonly<Record<string, string>>): 'success' | 'rejected' | 'failed' {
  if (!isExpectedAnswer(tags)) return 'failed';
  return Number(tags.status) >= 400 ? 'rejected' : 'success';
}

function closed({ success, rejected, failed, refused, bad, successByStatus, rejectedByStatus }: Tally): OutcomeCount {
  const [successes, rejections] = [sorted(successByStatus), sorted(rejectedByStatus)];
  return { requests: success + rejected + failed, success, rejected, failed, refused, bad, successes, rejections };
}

function sorted(counts: ReadonlyMap<number, number>): StatusCount[] {
  return [...counts].sort(([a], [b]) => a - b).map(([status, count]) => ({ status, count }));
}
