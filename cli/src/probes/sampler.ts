import type { SampleLine } from '../record/series.ts';
import type { Clock } from '../system/clock.ts';
import { withTimeout } from '../system/polling.ts';
import { failureText } from './failure.ts';
import type { Probe } from './probe.ts';

const secondMs = 1000;
/** A machine that slept for hours, or a clock that was set, must not fill the series. */
const mostSkippedSeconds = 60;
/** Probes start one after the other, so that the round trips of one do not wait for the work that another makes in this process. */
const spacingMs = 40;

export interface SamplerOptions {
  readonly probes: readonly Probe[];
  readonly clock: Clock;
  /** Called for each probe and second, in the order of arrival. When it throws, the sampling ends and `stop` rejects with it. */
  readonly onSample: (line: SampleLine) => void;
  /** Ends the sampling at once; readings that are under way then leave no line. */
  readonly signal?: AbortSignal;
}

export interface Sampler {
  /** Starts no more readings and waits for those under way, each of which ends by its own timeout. Does not close the probes. */
  stop(): Promise<void>;
}

/**
 * Takes one reading of each probe in every whole second of the wall clock. A probe that still reads when the next second
 * comes gets a `late` line for that second; a reading that fails or exceeds the probe's timeout a `failed` one.
 */
export function startSampler(options: SamplerOptions): Sampler {
  const { probes, clock, onSample } = options;
  const cut = new AbortController();
  const halt = new AbortController();
  const abort = () => cut.abort();
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted) abort();
  const ended = AbortSignal.any([cut.signal, halt.signal]);
  let failure: { error: unknown } | undefined;
  const emit = (line: SampleLine): void => {
    if (cut.signal.aborted || failure !== undefined) return;
    try {
      onSample(line);
    } catch (error) {
      failure = { error };
      halt.abort();
    }
  };
  const running = new Map<Probe, { startedAt: number; recorded: Promise<void> }>();

  const start = (probe: Probe, t: number): void => {
    const startedAt = clock.monotonic();
    let settled: Promise<unknown> = Promise.resolve();
    const reading = withTimeout(
      probe.timeoutMs,
      (signal) => {
        const values = probe.read(signal);
        settled = values.catch(() => undefined);
        return values;
      },
      cut.signal,
    );
    const record = (outcome: Pick<SampleLine, 'outcome' | 'error' | 'values'>): void => {
      emit({ kind: 'sample', t, probe: probe.name, tookMs: took(startedAt), ...outcome });
    };
    const recorded = reading.then(
      (values) => record({ outcome: 'ok', values: finite(values) }),
      (error: unknown) => record({ outcome: 'failed', error: reasonOf(error, probe) }),
    );
    running.set(probe, { startedAt, recorded });
    // A reading that ignores its signal is still one: the next may not start before it has ended.
    void recorded.then(() => settled).then(() => running.delete(probe));
  };

  const took = (startedAt: number): number => round(clock.monotonic() - startedAt);

  const tick = async (t: number): Promise<void> => {
    for (const [index, probe] of probes.entries()) {
      if (index > 0) await clock.sleep(Math.min(spacingMs, secondMs / 2 / probes.length), ended);
      const former = running.get(probe);
      if (former === undefined) {
        start(probe, t);
        continue;
      }
      const error = 'the former reading is still running';
      emit({ kind: 'sample', t, probe: probe.name, outcome: 'late', tookMs: took(former.startedAt), error });
    }
  };

  const skip = (t: number): void => {
    for (const probe of probes) {
      const error = 'loadkit itself was held up in this second';
      emit({ kind: 'sample', t, probe: probe.name, outcome: 'late', tookMs: 0, error });
    }
  };

  const loop = async (): Promise<void> => {
    let last: number | undefined;
    while (!ended.aborted) {
      const next = wholeSecond(clock.now()) + secondMs;
      await clock.sleep(next - clock.now(), ended);
      const t = wholeSecond(clock.now());
      if (t < next) continue; // a timer may fire a little early
      if (last !== undefined) {
        const from = Math.max(last + secondMs, t - mostSkippedSeconds * secondMs);
        for (let missed = from; missed < t; missed += secondMs) skip(missed);
      }
      last = t;
      await tick(t);
    }
  };

  const looping = loop().catch((error: unknown) => {
    if (!ended.aborted) failure ??= { error };
  });
  return {
    stop: async () => {
      halt.abort();
      await looping;
      await Promise.all([...running.values()].map(({ recorded }) => recorded));
      options.signal?.removeEventListener('abort', abort);
      if (failure !== undefined) throw failure.error;
    },
  };
}

/** JSON has no other numbers: one that is none would cost the whole line. */
function finite(values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / secondMs) * secondMs;
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function reasonOf(error: unknown, probe: Probe): string {
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  return timedOut ? `no answer within ${probe.timeoutMs} ms` : failureText(error);
}
