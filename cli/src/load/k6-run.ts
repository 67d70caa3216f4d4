import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { k6Arguments, k6RunEnvironment } from './k6-command.ts';
import { readK6Console } from './k6-console.ts';
import { k6Crash } from './k6-crash.ts';
import { parseK6Output } from './k6-output.ts';
import { readK6Summary, thresholdsOf } from './k6-summary.ts';
import { type WatchedEnd, watchK6 } from './k6-watch.ts';
import type { LoadOutcome, LoadRequest } from './load.ts';
import { type LoadTally, loadTally } from './load-tally.ts';
import { type MergedFigures, mergeFigures } from './merged-figures.ts';
import { type OtlpReceiver, startOtlpReceiver } from './otlp-receiver.ts';
import { proxiesPastTheDialer } from './proxy-guard.ts';
import { createSeriesCap, type SeriesCap } from './series-cap.ts';

/** Beyond what k6 itself may be silent for: it gives `handleSummary()` two minutes. */
const silenceLimitMs = 150_000;

/**
 * Runs a script with k6 and hands each second's figures to `onLine` as they come. A warm-up is the same with a
 * profile of its own and an `onLine` that drops them.
 *
 * Resolves whatever k6 makes of it: crossed thresholds, a script that throws, an abort, a crash, silence. Rejects with `LoadkitError`
 * only when k6 could not be started, and with the signal's reason when it was aborted before.
 */
export async function runLoad(request: LoadRequest): Promise<LoadOutcome> {
  const { clock, env, foreign, k6: tool, logFile, signal, supervisor, allowedAddresses } = request;
  signal.throwIfAborted();
  const tally = loadTally();
  const cap = createSeriesCap();
  const merged = request.withoutSummary ? mergeFigures(thresholdsOf(request.options, null)) : null;
  const receiver = await startOtlpReceiver((exported) => {
    const line = cap.bound(exported);
    tally.add(line);
    merged?.add(line);
    request.onLine(line);
  });
  try {
    const folder = await supervisor.tempDir('k6');
    const summaryFile = join(folder, 'summary.json');
    const stdoutFile = foreign ? join(folder, 'stdout') : null;
    const logStart = await sizeOf(logFile);
    const proxies = await proxiesPastTheDialer(env, allowedAddresses);
    const startedAt = clock.now();
    // In the caller's own folder, where a script's `handleSummary()` finds the relative paths that it writes to.
    const k6 = await supervisor.spawn({
      name: 'k6',
      file: tool.executable.file,
      args: k6Arguments(request, { configFile: await configFile(folder, {}), summaryFile }),
      env: k6RunEnvironment(request, { endpoint: receiver.endpoint, proxies }),
      logFile,
      ...(stdoutFile === null ? {} : { stdoutFile }),
    });
    request.onStarted(k6.pid);
    const end = await watchK6(k6, {
      signal,
      clock,
      silenceLimitMs: request.silenceLimitMs ?? silenceLimitMs,
      signOfLife: async () => {
        const printed = await Promise.all([logFile, stdoutFile].map((file) => (file === null ? 0 : sizeOf(file))));
        return printed.reduce((sum, size) => sum + size, receiver.requests());
      },
    });
    return await outcome(request, { startedAt, end, summaryFile, stdoutFile, logStart, tally, merged, cap, receiver });
  } finally {
    await receiver.close();
  }
}

/** In place of the user's `~/.config/k6/config.json`, which would change a run without a trace in its record. */
export async function configFile(folder: string, config: Readonly<Record<string, unknown>>): Promise<string> {
  const file = join(folder, 'config.json');
  await writeFile(file, `${JSON.stringify(config)}\n`);
  return file;
}

interface Facts {
  readonly startedAt: number;
  readonly end: WatchedEnd;
  readonly summaryFile: string;
  /** Null: k6's stdout is in its log. */
  readonly stdoutFile: string | null;
  readonly logStart: number;
  readonly tally: LoadTally;
  /** Null: k6 makes a summary. */
  readonly merged: MergedFigures | null;
  readonly cap: SeriesCap;
  readonly receiver: OtlpReceiver;
}

async function outcome(request: LoadRequest, facts: Facts): Promise<LoadOutcome> {
  const { logFile, options, outputFile, withoutSummary } = request;
  const { startedAt, end, stdoutFile, tally, cap, receiver } = facts;
  const { exit, silentMs } = end;
  const summary = await readK6Summary(facts.summaryFile, tally.hasSamples);
  const console = await readK6Console(logFile, facts.logStart);
  const isForeign = stdoutFile !== null;
  const output = isForeign ? parseK6Output(await readFile(stdoutFile, 'latin1').catch(() => '')) : null;
  // A full disk must not cost what k6 has found.
  if (output !== null && output.printed !== '')
    await writeFile(outputFile, output.printed, 'latin1').catch(() => undefined);
  const testMs = output === null ? console.testMs : output.testMs;
  const seriesRequests = tally.requests();
  const summaryRequests = countedByK6(summary?.metrics ?? null, seriesRequests, isForeign);
  return {
    exitCode: exit.code,
    crash:
      silentMs === null
        ? await k6Crash(exit, logFile, facts.logStart)
        : { kind: 'silent', signal: exit.signal, message: null, waitedMs: silentMs },
    cutBy: null,
    startedAt,
    endedAt: exit.at,
    summary: summary?.metrics ?? null,
    // k6 would not have ended with 0 if one had been crossed, whatever its script took out of the summary.
    thresholds: thresholdsOf(options, summary, isForeign && !withoutSummary && exit.code === 0 ? true : null),
    checks: summary?.checks ?? [],
    iterations: output === null ? console.iterations : output.iterations,
    testMs,
    withoutSummary,
    merged: facts.merged?.figures(testMs) ?? null,
    units: { ...receiver.units() },
    folded: cap.folded(),
    notFinite: receiver.notFinite(),
    refused: { requests: tally.refused(), addresses: console.refused },
    reconciliation: {
      seriesRequests,
      summaryRequests,
      difference: summaryRequests === null ? null : seriesRequests - summaryRequests,
      rejectedExports: receiver.rejectedExports(),
    },
    consoleTail: console.tail,
  };
}

/**
 * A summary without `http_reqs` says that no request was made, and no summary says nothing; but a script that is not ours may
 * have taken the metric out of the data that its `handleSummary()` got.
 */
function countedByK6(summary: LoadOutcome['summary'], seriesRequests: number, isForeign: boolean): number | null {
  const count = summary?.http_reqs?.count;
  if (count !== undefined) return count;
  return summary === null || (isForeign && seriesRequests > 0) ? null : 0;
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => null);
  return found?.size ?? 0;
}
