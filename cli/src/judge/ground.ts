import type { Reason } from '../record/run-record.ts';
import type { Speaker } from './strictness.ts';

/** One ground for an exit code; `null` names something worth saying that changes nothing. */
export interface Ground {
  readonly code: number | null;
  readonly by: Speaker;
  readonly reason: Reason;
  /** The generator's fault rather than missing data. */
  readonly invalid?: boolean;
}
