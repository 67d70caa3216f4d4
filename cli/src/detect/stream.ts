import type { Alarm, Signal } from '../record/drill.ts';
import type { Reading } from './reading.ts';

/** One thing that is watched. It first learns what is normal under load, then judges; nobody tells it of a drill. */
export interface Stream {
  /** As it stands in `Signal` and `Alarm`. */
  readonly name: string;
  /** Learns from a reading or, once it is calibrated, judges it. */
  observe(reading: Reading): readonly Alarm[];
  /** The load is normal from `t` on, in epoch milliseconds: what was read before is forgotten. */
  begin(t: number): void;
  /** Ends the learning. A stream that gives no signal is not asked any more. */
  calibrate(): Calibration;
  /** What it compares with its limit, by metric key. */
  values(): Readonly<Record<string, number>>;
}

export type Calibration =
  | { readonly signal: Signal }
  /** It was bad already, in one line. */
  | { readonly refused: string }
  /** Nothing of that kind is here, or bad and normal look the same there. */
  | null;
