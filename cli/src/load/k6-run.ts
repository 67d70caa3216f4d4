import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../system/clock.ts';
import type { ProcessExit, ProcessSpec, SupervisedProcess } from '../system/supervisor.ts';
import { readK6Console } from './k6-console.ts';
import { environmentFlags, k6Environment, otlpEnvironment, scriptEnvironment } from './k6-environment.ts';
import { readK6Summary, summaryTrendStats, thresholdsOf } from './k6-summary.ts';
import type { LoadOutcome, LoadRequest } from './load.ts';
import { type LoadTally, loadTally } from './load-tally.ts';
import { allButLoopback } from './loopback-only.ts';
import { type OtlpReceiver, startOtlpReceiver } from './otlp-receiver.ts';
import { systemTags } from './system-tags.ts';

/** k6 ends its iterations at once on SIGINT, but then still runs `teardown()` and writes its summary. */
const stopGraceMs = 10_000;
const killGraceMs = 5_000;

/**
 * Runs a script with k6 and hands each second's figures to `onLine` as they come. A warm-up is the same with a
 * profile of its own and an `onLine` that drops them.
 *
 * Resolves whatever k6 makes of it: crossed thresholds, a script that throws, an abort. Rejects with `LoadkitError`
 * only when k6 could not be started, and with the signal's reason when it was aborted before.
 */
export async function runLoad(request: LoadRequest): Promise<LoadOutcome> {
  const { clock, logFile, signal, supervisor } = request;
  signal.throwIfAborted();
  const tally = loadTally();
  const receiver = await startOtlpReceiver((line) => {
    tally.add(line);
    request.onLine(line);
  });
  try {
    const folder = await supervisor.tempDir('k6');
    const summaryFile = join(folder, 'summary.json');
    const logStart = await sizeOf(logFile);
    const spec = await k6Process(request, receiver.endpoint, folder, summaryFile);
    const startedAt = clock.now();
    const k6 = await supervisor.spawn(spec);
    request.onStarted(k6.pid);
    const exit = await untilExit(k6, signal, clock);
    return await outcome(request, { startedAt, exit, summaryFile, logStart, tally, receiver });
  } finally {
    await receiver.close();
  }
}

async function k6Process(
  request: LoadRequest,
  endpoint: string,
  folder: string,
  summaryFile: string,
): Promise<ProcessSpec> {
  const { k6, scriptFile, parameters, options, baseUrl, logFile, env } = request;
  const configFile = await emptyConfig(folder);
  return {
    name: 'k6',
    file: k6.executable.file,
    args: [
      'run',
      '--no-color',
      // An address of its own, so that no REST API takes port 6565 (k6 before version 2 opens it unasked).
      ...['--address', ''],
      ...['--config', configFile],
      ...['--out', 'opentelemetry'],
      ...['--system-tags', systemTags(options).join(',')],
      ...['--summary-export', summaryFile],
      ...['--summary-trend-stats', summaryTrendStats],
      ...blockedAddresses(options).flatMap((block) => ['--blacklist-ip', block]),
      ...environmentFlags(scriptEnvironment(parameters, baseUrl)),
      scriptFile,
    ],
    env: { ...k6Environment(k6, env), ...otlpEnvironment(endpoint, 0) },
    logFile,
  };
}

/** In place of the user's `~/.config/k6/config.json`, which would change a run without a trace in its record. */
export async function emptyConfig(folder: string): Promise<string> {
  const file = join(folder, 'config.json');
  await writeFile(file, '{}\n');
  return file;
}

/** The flag replaces a script's own list, so that one is added. */
function blockedAddresses(options: Readonly<Record<string, unknown>>): string[] {
  const own = z.array(z.string()).nullish().catch(null).parse(options.blacklistIPs);
  return [...allButLoopback(), ...(own ?? [])];
}

/** Waits for k6; when `signal` aborts, asks it to stop, and makes it after a grace period. */
async function untilExit(k6: SupervisedProcess, signal: AbortSignal, clock: Clock): Promise<ProcessExit> {
  const ended = new AbortController();
  const stop = (): void => {
    void stopK6(k6, ended.signal, clock);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  try {
    return await k6.exited;
  } finally {
    ended.abort();
    signal.removeEventListener('abort', stop);
  }
}

async function stopK6(k6: SupervisedProcess, ended: AbortSignal, clock: Clock): Promise<void> {
  await k6.kill('SIGINT').catch(() => undefined);
  const inTime = await clock.sleep(stopGraceMs, ended).then(
    () => false,
    () => true,
  );
  if (!inTime) await k6.stop({ graceMs: killGraceMs }).catch(() => undefined);
}

interface Facts {
  readonly startedAt: number;
  readonly exit: ProcessExit;
  readonly summaryFile: string;
  readonly logStart: number;
  readonly tally: LoadTally;
  readonly receiver: OtlpReceiver;
}

async function outcome({ logFile, options }: LoadRequest, facts: Facts): Promise<LoadOutcome> {
  const { startedAt, exit, tally, receiver } = facts;
  const summary = await readK6Summary(facts.summaryFile, tally.hasSamples);
  const console = await readK6Console(logFile, facts.logStart);
  const seriesRequests = tally.requests();
  // A summary without `http_reqs` says that no request was made; no summary says nothing.
  const summaryRequests = summary === null ? null : (summary.metrics.http_reqs?.count ?? 0);
  return {
    exitCode: exit.code,
    startedAt,
    endedAt: exit.at,
    summary: summary?.metrics ?? null,
    thresholds: thresholdsOf(options, summary),
    iterations: console.iterations,
    reconciliation: {
      seriesRequests,
      summaryRequests,
      difference: summaryRequests === null ? null : seriesRequests - summaryRequests,
      rejectedExports: receiver.rejectedExports(),
    },
    consoleTail: console.tail,
  };
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => null);
  return found?.size ?? 0;
}
