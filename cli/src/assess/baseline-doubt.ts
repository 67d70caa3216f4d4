import type { Drill } from '../record/drill.ts';
import type { Reason, Scenario } from '../record/run-record.ts';
import type { LoadLine } from '../record/series.ts';
import { indexSeries } from '../record/series-index.ts';
import { doubtsOfBaseline } from './doubts.ts';
import { streamsOf } from './stream.ts';

/** What is known when the baseline has ended and nothing is broken yet. */
export interface BaselineSoFar {
  readonly scenario: Scenario;
  readonly drill: Drill;
  readonly lines: readonly LoadLine[];
}

/** Why nothing should be broken now; empty: the baseline will do. */
export function baselineDoubts({ scenario, drill, lines }: BaselineSoFar): Reason[] {
  const [first, last] = [lines[0], lines.at(-1)];
  const load = first === undefined || last === undefined ? null : { startedAt: first.from, endedAt: last.t };
  return doubtsOfBaseline(streamsOf({ load, scenario }, drill, indexSeries([...lines])));
}
