import type { Alarm, Signal } from '../record/drill.ts';
import { metricKey } from '../record/metric-key.ts';
import { createLatch } from './latch.ts';

/** A value that alarms from its limit on; quiet below it. */
export interface LimitSignal {
  readonly signal: Signal;
  judge(t: number, value: number): readonly Alarm[];
  values(): Readonly<Record<string, number>>;
}

/** @param samples readings that it was calibrated on */
export function createLimitSignal(name: string, limit: number, samples: number): LimitSignal {
  const key = metricKey('detector_value', { signal: name });
  const isRaised = createLatch();
  let latest = 0;
  return {
    signal: { name, p0: null, p1: null, limit, samples },
    judge: (t, value) => {
      latest = value;
      return isRaised(t, value >= limit) ? [{ signal: name, t, rule: 'limit', value, limit }] : [];
    },
    values: () => ({ [key]: latest }),
  };
}
