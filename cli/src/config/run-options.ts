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
  readonly seed: number;
  readonly env: Readonly<Record<string, string>>;
  /** Settings of the service. */
  readonly set: Readonly<Record<string, string>>;
  readonly fixture: Readonly<Record<string, string>>;
  readonly install: boolean;
  readonly warmup: boolean;
  readonly drainLimitMs: number;
  readonly reportsFolder: string;
  readonly lang: 'ko' | 'en';
  readonly quiet: boolean;
  readonly json: boolean;
  readonly dryRun: boolean;
}
