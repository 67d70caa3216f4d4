import type { Alarm } from '../record/drill.ts';
import { metricKey } from '../record/metric-key.ts';
import { burnRateRule, createBurnRate } from '../stats/burn-rate.ts';
import { type Cusum, createCusum } from '../stats/cusum.ts';
import { wilsonUpper } from '../stats/wilson.ts';
import { createLatch } from './latch.ts';
import type { Calibration } from './stream.ts';

/** Events of one reading; a fraction where they were counted by share. */
export interface Tally {
  readonly t: number;
  readonly good: number;
  readonly bad: number;
}

/** Judges shares of bad events by CUSUM, with the burn rate beside it for readers who know it. */
export interface CountedSignal {
  calibrate(learned: readonly Tally[]): Calibration;
  judge(tally: Tally): readonly Alarm[];
  values(): Readonly<Record<string, number>>;
}

const leastLimit = 12;
/** Above the highest sum that normal load brought: one that had a burst of slow answers will have another. */
const limitOverNormal = 1.5;
const leastP0 = 1e-4;
const [leastP1, mostP1, p1OverP0] = [0.01, 0.5, 10];
/** Two thirds of the least limit. Answers of one second that were slow together, in a pause of the runtime, are one event, not thirty. */
const mostGainOfMinority = 8;
const leastSamples = 20;
const mostBadShare = 0.05;

export function createCountedSignal(name: string): CountedSignal {
  const keys = {
    cusum: metricKey('detector_cusum', { signal: name }),
    long: metricKey('detector_burn_rate', { signal: name, window: `${burnRateRule.longMs / 1_000}s` }),
    short: metricKey('detector_burn_rate', { signal: name, window: `${burnRateRule.shortMs / 1_000}s` }),
  };
  const burnRate = createBurnRate();
  const isRisen = createLatch();
  const isBurning = createLatch();
  let watched: { readonly cusum: Cusum; readonly limit: number } | null = null;
  let burn = { long: 0, short: 0 };

  return {
    calibrate: (learned) => {
      const bad = learned.reduce((sum, tally) => sum + tally.bad, 0);
      const samples = learned.reduce((sum, tally) => sum + tally.good, bad);
      const told = `${round(bad)} of ${round(samples)} were bad while it was calibrated`;
      if (samples < leastSamples) return { refused: `${name}: ${told}, too few to know what is normal` };
      if (bad / samples > mostBadShare) return { refused: `${name}: ${told}, that is no ground to judge by` };
      const p0 = Math.max(leastP0, wilsonUpper(bad, samples));
      const p1 = Math.min(mostP1, Math.max(leastP1, p1OverP0 * p0));
      const replay = createCusum({ p0, p1 });
      const highest = learned.reduce((most, tally) => Math.max(most, add(replay, tally)), 0);
      const limit = Math.max(leastLimit, limitOverNormal * highest);
      watched = { cusum: createCusum({ p0, p1, most: 2 * limit }), limit };
      for (const { t, good, bad: failed } of learned) burnRate.add(t, good, failed);
      return { signal: { name, p0, p1, limit, samples: Math.round(samples) } };
    },
    judge: (tally) => {
      if (watched === null) return [];
      const { cusum, limit } = watched;
      const { t } = tally;
      const value = add(cusum, tally);
      burnRate.add(t, tally.good, tally.bad);
      burn = burnRate.at(t);
      const rate = Math.min(burn.long, burn.short);
      const alarms: Alarm[] = [];
      if (isRisen(t, value > limit, value === 0)) alarms.push({ signal: name, t, rule: 'cusum', value, limit });
      if (isBurning(t, rate > burnRateRule.limit, rate < 1)) {
        alarms.push({ signal: name, t, rule: 'burn-rate', value: rate, limit: burnRateRule.limit });
      }
      return alarms;
    },
    values: () => ({ [keys.cusum]: watched?.cusum.value ?? 0, [keys.long]: burn.long, [keys.short]: burn.short }),
  };
}

function add(cusum: Cusum, { good, bad }: Tally): number {
  return cusum.add(good, bad, bad < good ? mostGainOfMinority : undefined);
}

function round(count: number): number {
  return Math.round(count * 10) / 10;
}
