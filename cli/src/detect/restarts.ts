import type { PrometheusSample } from '../probes/prometheus-text.ts';
import { createLimitSignal, type LimitSignal } from './limit-signal.ts';
import type { Stream } from './stream.ts';

const name = 'restarts';

interface Birth {
  readonly startedAt: number;
  /** Node tells its start in whole seconds: a restart within one shows in what it has used. */
  readonly cpuSeconds: number;
}

/** A process that is not the one it was. */
export function restartStream(): Stream {
  const births = new Map<string, Birth>();
  let [samples, restarts] = [0, 0];
  let signal: LimitSignal | null = null;
  return {
    name,
    observe: (reading) => {
      if (reading.kind !== 'scrape' || reading.page === null) return [];
      const birth = birthOf(reading.page);
      if (birth === null) return [];
      const before = births.get(reading.process);
      births.set(reading.process, birth);
      const isAnother =
        before !== undefined && (birth.startedAt !== before.startedAt || birth.cpuSeconds < before.cpuSeconds);
      if (signal !== null) return signal.judge(reading.t, isAnother ? 1 : 0);
      samples += 1;
      restarts += isAnother ? 1 : 0;
      return [];
    },
    begin: () => {
      [samples, restarts] = [0, 0];
    },
    calibrate: () => {
      if (births.size === 0) return null;
      if (restarts > 0) return { refused: `${name}: ${restarts} while it was calibrated` };
      signal = createLimitSignal(name, 1, samples);
      return { signal: signal.signal };
    },
    values: () => signal?.values() ?? {},
  };
}

function birthOf(page: readonly PrometheusSample[]): Birth | null {
  const startedAt = page.find((sample) => sample.name === 'process_start_time_seconds')?.value;
  const cpuSeconds = page.find((sample) => sample.name === 'process_cpu_seconds_total')?.value;
  return startedAt === undefined ? null : { startedAt, cpuSeconds: cpuSeconds ?? 0 };
}
