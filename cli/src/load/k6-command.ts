import { z } from 'zod';
import { askedForAnswers } from './answer-lines.ts';
import { environmentFlags, k6Environment, otlpEnvironment, scriptEnvironment } from './k6-environment.ts';
import { summaryTrendStats } from './k6-summary.ts';
import type { LoadRequest } from './load.ts';
import { loadFlags } from './load-flags.ts';
import { allButLoopback } from './loopback-only.ts';
import { foreignSystemTags, systemTags } from './system-tags.ts';

export interface K6Files {
  readonly configFile: string;
  readonly summaryFile: string;
}

/**
 * `k6 run` for a script. One that is not ours must not notice that it is watched: what it prints, writes, returns and sees of
 * its options is what bare k6 makes of it.
 */
export function k6Arguments(request: LoadRequest, { configFile, summaryFile }: K6Files): string[] {
  const { scriptFile, parameters, options, foreign, baseUrl, allowedAddresses, withoutExport, withoutSummary } =
    request;
  const { consoleFile = null } = request;
  const own = ['--no-color', ...(withoutSummary ? [] : ['--summary-trend-stats', summaryTrendStats])];
  const tags = foreign ? foreignSystemTags(options) : systemTags(options);
  return [
    'run',
    // An address of its own, so that no REST API takes port 6565 (k6 before version 2 opens it unasked).
    ...['--address', ''],
    ...['--config', configFile],
    ...['--out', 'opentelemetry'],
    ...['--system-tags', tags.join(',')],
    ...(withoutSummary ? keepsNoSamples : withoutExport ? [] : ['--summary-export', summaryFile]),
    ...(foreign ? loadFlags(parameters) : own),
    ...blockedAddresses(options, allowedAddresses).flatMap((block) => ['--blacklist-ip', block]),
    ...(consoleFile === null ? [] : ['--console-output', consoleFile, ...environmentFlags(askedForAnswers)]),
    ...environmentFlags(scriptEnvironment(parameters, baseUrl, { foreign })),
    scriptFile,
  ];
}

/** Both keep every sample of the run in memory, also where nobody asks for a percentile. */
const keepsNoSamples = ['--summary-mode', 'disabled', '--no-thresholds'];

/** @param proxies names of variables that k6 must not see */
export function k6RunEnvironment(
  { k6, env }: LoadRequest,
  { endpoint, proxies }: { readonly endpoint: string; readonly proxies: readonly string[] },
): Record<string, string> {
  const passed = Object.fromEntries(Object.entries(env).filter(([name]) => !proxies.includes(name)));
  return { ...k6Environment(k6, passed), ...otlpEnvironment(endpoint, 0) };
}

/** The flag replaces a script's own list, so that one is added. */
function blockedAddresses(options: LoadRequest['options'], allowed: readonly string[]): string[] {
  const own = z.array(z.string()).nullish().catch(null).parse(options.blacklistIPs);
  return [...allButLoopback(allowed), ...(own ?? [])];
}
