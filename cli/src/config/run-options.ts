import type { StackProvider } from '../record/stack-provider.ts';

/** `loadkit run` as the user typed it, decoded. Null: not given. */
export interface RunOptions {
  readonly scenarios: readonly string[];
  readonly profile: string | null;
  readonly vus: string | null;
  /** In k6's notation. */
  readonly duration: string | null;
  /** Iterations a second, for an open-model profile. */
  readonly rate: string | null;
  readonly iterations: string | null;
  /** k6's `--stage`, for scripts that are not ours. */
  readonly stages: readonly string[];
  /** Null: 1. */
  readonly seed: number | null;
  readonly env: Readonly<Record<string, string>>;
  /** Settings of the service. */
  readonly set: Readonly<Record<string, string>>;
  readonly fixture: Readonly<Record<string, string>>;
  /** The same run with each of these values of a setting, in turn. */
  readonly compared: ComparedSetting | null;
  /** How often each variant runs. */
  readonly repeats: number;
  readonly stack: 'auto' | StackProvider;
  readonly external: ExternalUrls;
  /** Folder of a service's `loadkit.json`, absolute; wins over what the script names. */
  readonly service: string | null;
  /** Hosts beyond the loopback interface that k6 may reach. */
  readonly allowHosts: readonly string[];
  /** Judge a script that is not ours as strictly as our own. */
  readonly strict: boolean;
  /** False: k6 keeps no samples, makes no summary and judges no threshold. */
  readonly k6Summary: boolean;
  readonly install: boolean;
  readonly warmup: boolean;
  readonly drainLimitMs: number;
  readonly reportsFolder: string;
  readonly lang: 'ko' | 'en';
  readonly quiet: boolean;
  readonly json: boolean;
  readonly dryRun: boolean;
}

/** A setting of the service and the values that are compared. */
export interface ComparedSetting {
  readonly name: string;
  readonly values: readonly string[];
}

/** Somebody else's service and stores, as far as they were named. URLs carry credentials. */
export interface ExternalUrls {
  readonly baseUrl: string | null;
  readonly redisUrl: string | null;
  readonly mysqlUrl: string | null;
  readonly kafkaBrokers: readonly string[] | null;
  /** Prometheus text, by process name. */
  readonly metricsUrls: Readonly<Record<string, string>>;
}
