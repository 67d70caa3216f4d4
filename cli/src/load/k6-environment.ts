import type { K6Tool } from '../system/tool.ts';
import type { ScenarioParameters } from './load.ts';
import { metricsPath } from './otlp-receiver.ts';

/**
 * Attribute sets that k6 keeps apart per metric and second; the SDK's own limit of 2,000 folds the rest into one.
 * (A script with one URL per request has that many `name` tags.)
 */
const cardinalityLimit = 20_000;

/** k6's environment: the caller's without anything that k6 would read as an option of its own. */
export function k6Environment(k6: K6Tool, inherited: Readonly<Record<string, string>>): Record<string, string> {
  const passed = Object.entries({ ...inherited, ...k6.executable.env }).filter(([name]) => !/^(K6_|OTEL_)/.test(name));
  return {
    ...Object.fromEntries(passed),
    K6_NO_USAGE_REPORT: 'true',
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
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
    K6_OTEL_FLUSH_INTERVAL: '50ms',
    OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram',
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
    OTEL_RESOURCE_ATTRIBUTES: `loadkit.instance=${instance}`,
    OTEL_GO_X_CARDINALITY_LIMIT: String(cardinalityLimit),
  };
}

/** What a script finds in `__ENV`. A `-e` of the user's comes last, so it wins as it does in k6. */
export function scriptEnvironment(parameters: ScenarioParameters, baseUrl: string | null): Record<string, string> {
  const { profile, vus, duration, rate, iterations, seed, env } = parameters;
  const given = {
    LOADKIT_PROFILE: profile,
    LOADKIT_VUS: vus,
    LOADKIT_DURATION: duration,
    LOADKIT_RATE: rate,
    LOADKIT_ITERATIONS: iterations,
    SEED: String(seed),
    BASE_URL: baseUrl,
  };
  const set = Object.entries(given).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  return { ...Object.fromEntries(set), ...env };
}

/** `-e KEY=VALUE` for each. */
export function environmentFlags(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
}
