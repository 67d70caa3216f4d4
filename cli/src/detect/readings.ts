import { fetchMetrics } from '../probes/metrics-page.ts';
import { type PrometheusSample, parsePrometheusText } from '../probes/prometheus-text.ts';
import { createProbes } from '../probes/registry.ts';
import { startSampler } from '../probes/sampler.ts';
import type { SampleLine } from '../record/series.ts';
import type { Clock } from '../system/clock.ts';
import { withTimeout } from '../system/polling.ts';
import type { DetectorOrder } from './detector-order.ts';
import type { Reading } from './reading.ts';
import { wrongDataQuestions } from './wrong-data.ts';

export interface ReadingContext {
  readonly clock: Clock;
  /** Ends all readings; those under way then bring nothing. */
  readonly signal: AbortSignal;
  /** Called for each reading, in the order of arrival. */
  readonly onReading: (reading: Reading) => void;
}

const [scrapeEveryMs, canaryEveryMs] = [1_000, 200];
/** Less than the time between two scrapes: one that hangs delays no other. */
const scrapeTimeoutMs = 900;
const canaryTimeoutMs = 1_000;
const mostBytes = 4_000_000;
/** A reading that ended so long after its timeout did not hang: this process did not run. */
const heldUpMs = 500;

/** Reads until the signal aborts: scrapes, the canary, and loadkit's own probes of the stores. */
export async function takeReadings(order: DetectorOrder, context: ReadingContext): Promise<void> {
  const { clock, signal, onReading } = context;
  const { metricsUrls, canaryUrl, redisUrl, mysqlUrl, kafkaBrokers, watch, latencyMs } = order;
  const { redisBounds, mysqlQueries } = wrongDataQuestions(order);
  const probes = createProbes({
    // The service's pages are read here, with their histograms.
    endpoints: { redisUrl, mysqlUrl, kafkaBrokers, metricsUrls: {} },
    watch: { ...watch, redisBounds, mysqlQueries: [...watch.mysqlQueries, ...mysqlQueries] },
    processes: () => [],
    containers: () => [],
    clock,
  });
  const onSample = (line: SampleLine): void => {
    if (line.outcome === 'late') return; // no reading of its own
    onReading({ kind: 'probe', t: clock.now(), probe: line.probe, values: line.values ?? null });
  };
  const sampler = startSampler({ probes, clock, signal, onSample });
  try {
    await Promise.all([
      every(scrapeEveryMs, context, () =>
        Object.entries(metricsUrls).map(([process, url]) => scrape(process, url, context)),
      ),
      ...(canaryUrl === null ? [] : [every(canaryEveryMs, context, () => [ask(canaryUrl, latencyMs, context)])]),
    ]);
  } finally {
    await sampler.stop();
    await Promise.allSettled(probes.map((probe) => probe.close()));
  }
}

/** Begins work each time, whether the former has ended or not. Rejects with the first failure that is not of a reading. */
export async function every(
  periodMs: number,
  { clock, signal }: Pick<ReadingContext, 'clock' | 'signal'>,
  begin: () => ReadonlyArray<Promise<void>>,
): Promise<void> {
  let due = clock.monotonic();
  let failure: { readonly error: unknown } | undefined;
  while (!signal.aborted && failure === undefined) {
    for (const work of begin()) {
      work.catch((error: unknown) => {
        failure ??= { error };
      });
    }
    // From when it was due, not from now: else each delay would add up. Times that were missed are left out.
    const now = clock.monotonic();
    due += periodMs * Math.max(1, Math.ceil((now - due) / periodMs));
    await clock.sleep(due - now, signal).catch(() => undefined);
  }
  if (failure !== undefined) throw failure.error;
}

async function scrape(process: string, url: string, { clock, signal, onReading }: ReadingContext): Promise<void> {
  const from = clock.monotonic();
  const page = await withTimeout(scrapeTimeoutMs, (within) => readPage(url, within), signal).catch(() => null);
  if (signal.aborted) return;
  if (page === null && clock.monotonic() - from > scrapeTimeoutMs + heldUpMs) return;
  onReading({ kind: 'scrape', t: clock.now(), process, page });
}

async function readPage(url: string, signal: AbortSignal): Promise<readonly PrometheusSample[] | null> {
  const { text } = await fetchMetrics(url, mostBytes, signal);
  const { samples } = parsePrometheusText(text);
  return samples.length === 0 ? null : samples;
}

async function ask(url: string, latencyMs: number, { clock, signal, onReading }: ReadingContext): Promise<void> {
  const from = clock.monotonic();
  const status = await withTimeout(canaryTimeoutMs, (within) => statusOf(url, within), signal).catch(() => null);
  const tookMs = clock.monotonic() - from;
  if (signal.aborted || tookMs > canaryTimeoutMs + heldUpMs) return;
  onReading({ kind: 'canary', t: clock.now(), good: isAnswer(status) && tookMs <= latencyMs });
}

/** When the whole answer is there. */
async function statusOf(url: string, signal: AbortSignal): Promise<number> {
  const response = await fetch(url, { signal, redirect: 'manual' });
  await response.arrayBuffer();
  return response.status;
}

/** Success or a correct rejection; a redirect leads elsewhere and says nothing of the service. */
function isAnswer(status: number | null): boolean {
  return status !== null && ((status >= 200 && status < 300) || (status >= 400 && status < 500));
}
