import type { Load, Scenario } from '../record/run-record.ts';
import type { LoadLine } from '../record/series.ts';
import type { Clock } from '../system/clock.ts';
import type { Supervisor } from '../system/supervisor.ts';
import type { K6Tool } from '../system/tool.ts';

/**
 * What the user asked of a script. Of a scenario of ours each goes into its environment and none onto k6's command line;
 * a script that is not ours takes k6's load flags and `-e` alone.
 */
export interface ScenarioParameters {
  readonly profile: string | null;
  readonly vus: string | null;
  readonly duration: string | null;
  readonly rate: string | null;
  readonly iterations: string | null;
  /** k6's `--stage`, which a scenario of ours does not know. */
  readonly stages: readonly string[];
  /** Null: none was typed. */
  readonly seed: number | null;
  /** `-e KEY=VALUE` */
  readonly env: Readonly<Record<string, string>>;
}

/** `options.ext.loadkit` of a scenario: what k6's own options cannot say. */
export interface ScenarioExtension {
  /** Folder of the service's `loadkit.json`, relative to the script. */
  readonly service: string | null;
  /** Label by `name` tag: `{ issue_coupon: 'POST /api/coupons/{userId}' }`. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Gates over the probes' series, by metric key: `{ 'mysql_deadlocks': ['count==0'] }`. */
  readonly thresholds: Readonly<Record<string, readonly string[]>>;
  /** Fixture parameters that differ from the service's defaults. */
  readonly fixture: Readonly<Record<string, string>>;
}

export interface InspectedScenario {
  readonly scenario: Scenario;
  readonly extension: ScenarioExtension;
  /** The typed load flags replace `scenarios` that the script has. */
  readonly replacesScenarios: boolean;
  /** `--summary-export` would cost the script what its `handleSummary()` writes. */
  readonly withoutExport: boolean;
  /** The script has a `handleSummary()`, as far as its code tells. */
  readonly handlesSummary: boolean;
}

export interface LoadRequest {
  readonly k6: K6Tool;
  readonly scriptFile: string;
  readonly parameters: ScenarioParameters;
  /** From the inspected options: the script's own system tags and every tag that a threshold names. */
  readonly options: Readonly<Record<string, unknown>>;
  /** A script without `options.ext.loadkit`. */
  readonly foreign: boolean;
  /** Null: only the script knows, and it gets no `BASE_URL`. */
  readonly baseUrl: string | null;
  /** `--summary-export` is left out. */
  readonly withoutExport: boolean;
  /** k6 keeps no samples: it makes no summary and judges no threshold. */
  readonly withoutSummary: boolean;
  /** Addresses beyond the loopback interface that k6 may reach. */
  readonly allowedAddresses: readonly string[];
  readonly logFile: string;
  /** What a script that is not ours prints at its end (k6's stdout without banner and progress). */
  readonly outputFile: string;
  /** Of a drill: the script is asked whose each answer is, and what it prints with `console` goes there. Else nothing is asked. */
  readonly consoleFile?: string | null;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  /** Parent environment to pass on, already without `K6_*`. */
  readonly env: Readonly<Record<string, string>>;
  /** Called for each export as it comes. */
  readonly onLine: (line: LoadLine) => void;
  readonly onStarted: (pid: number) => void;
  /** k6 is ended when it neither exports nor prints for this long, in milliseconds. */
  readonly silenceLimitMs?: number;
  /** Aborting it asks k6 to stop (SIGINT), after a grace period SIGKILL. */
  readonly signal: AbortSignal;
}

export type LoadOutcome = Load;
