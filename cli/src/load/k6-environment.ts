import { totalmem } from 'node:os';
import type { K6Tool } from '../system/tool.ts';
import type { ScenarioParameters } from './load.ts';
import { metricsPath } from './otlp-receiver.ts';

/**
 * Attribute sets that k6 keeps apart per metric and second; its SDK folds the rest into one without tags, so that totals
 * stay. A script with a URL of its own in every request (k6's `name` tag) makes as many as it sends: at 3,000 requests a
 * second and a limit of 20,000, an 8 s run ended after 20 s and cost the receiver 1 GB; with 500 sets 8.6 s and 142 MB.
 */
const cardinalityLimit = 1_000;

/** With a longer one more samples stand in the second beside theirs, at no gain for k6 (`docs/benchmarks.md`). */
export const flushInterval = '5ms';

/** Where nothing ever answers: k6 must not fetch a program that a script asks for (`k6/x/…`) and run it in its place. */
const noBuildService = 'http://127.0.0.1:0';

/**
 * How much k6's heap may grow, in percent, before Go collects its garbage; Go's own 100 made a coupon's p95 23–35 ms at
 * 2,400 requests a second on two cores, 300 made it 12 ms and cost a tenth less CPU. Below half of the machine's memory only.
 */
const garbageCollection = { GOGC: '300', GOMEMLIMIT: `${Math.floor(totalmem() / 2)}` };

/** The users, baskets and think times of a scenario of ours, where no `--seed` was typed. */
const defaultSeed = 1;

/** k6's environment: the caller's without anything that k6 would read as an option of its own. */
export function k6Environment(k6: K6Tool, inherited: Readonly<Record<string, string>>): Record<string, string> {
  const passed = Object.entries({ ...inherited, ...k6.executable.env }).filter(([name]) => !/^(K6_|OTEL_)/.test(name));
  return {
    ...garbageCollection,
    ...Object.fromEntries(passed),
    K6_NO_USAGE_REPORT: 'true',
    K6_BUILD_SERVICE_URL: noBuildService,
  };
}

/** Settings of k6's `opentelemetry` output: a second's deltas as exponential histograms to our receiver. */
export function otlpEnvironment(endpoint: string, instance: number): Record<string, string> {
  return {
    K6_OTEL_EXPORTER_PROTOCOL: 'http/protobuf',
    K6_OTEL_HTTP_EXPORTER_ENDPOINT: endpoint,
    K6_OTEL_HTTP_EXPORTER_URL_PATH: metricsPath,
    K6_OTEL_HTTP_EXPORTER_INSECURE: 'true',
    K6_OTEL_EXPORT_INTERVAL: '1s',
    K6_OTEL_FLUSH_INTERVAL: flushInterval,
    OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram',
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
    OTEL_RESOURCE_ATTRIBUTES: `loadkit.instance=${instance}`,
    OTEL_GO_X_CARDINALITY_LIMIT: String(cardinalityLimit),
  };
}

/** What is put into a script's `__ENV`. A `-e` of the user's comes last, so it wins as it does in k6. */
export function scriptEnvironment(
  parameters: ScenarioParameters,
  baseUrl: string | null,
  { foreign }: { readonly foreign: boolean },
): Record<string, string> {
  const { profile, vus, duration, rate, iterations, env } = parameters;
  const ours = {
    LOADKIT_PROFILE: profile,
    LOADKIT_VUS: vus,
    LOADKIT_DURATION: duration,
    LOADKIT_RATE: rate,
    LOADKIT_ITERATIONS: iterations,
    SEED: String(seedOf(parameters)),
  };
  const given = { ...(foreign ? {} : ours), BASE_URL: baseUrl };
  const set = Object.entries(given).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  return { ...Object.fromEntries(set), ...env };
}

/** The seed of a scenario of ours. */
export function seedOf({ seed }: ScenarioParameters): number {
  return seed ?? defaultSeed;
}

/** `-e KEY=VALUE` for each. */
export function environmentFlags(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
}
