import type { RepairFigures } from '../record/drill.ts';
import type { Part } from '../record/run-record.ts';
import type { EventLine } from '../record/series.ts';
import type { StackProvider } from '../record/stack-provider.ts';
import type { ServiceManifest } from './service-manifest.ts';

/** The dependencies and the service of one run, wherever they are. Local processes, docker and external URLs implement it. */
export interface Stack {
  readonly provider: StackProvider;
  readonly endpoints: StackEndpoints;
  /** What runs, with the versions and settings that it reported over its own protocol. */
  readonly parts: readonly Part[];
  /** Figures of the reset that belongs to the start; empty when the service has none. */
  readonly fixture: Readonly<Record<string, string | number | boolean>>;
  /** Where the way from the service to a store leads through a proxy of its own. Nothing of it is broken at the start. */
  readonly proxies: Readonly<Partial<Record<StoreName, StoreProxy>>>;
  /** Settings of the running service are changed by this file, which is not there at the start; null: they cannot be. */
  readonly overridesFile: string | null;
  /** Live processes for the process probe; a restarted one appears with its new pid. */
  processes(): readonly StackProcess[];
  /** Live containers for the process probe; empty where there are none. */
  containers(): readonly StackContainer[];
  /**
   * Puts the deterministic fixture in place; resolves with the figures that the service reported.
   * Null: nothing of this stack may be reset, because it is not ours.
   */
  readonly reset:
    | ((fixture: Readonly<Record<string, string>>) => Promise<Record<string, string | number | boolean>>)
    | null;
  /** Puts right what a fault did to the data. Null: the service has no command for it, or the stack is not ours. */
  readonly repair: (() => Promise<RepairFigures>) | null;
  /** Called for each process that ended or was restarted without being asked to. */
  onEvent(listener: (event: EventLine) => void): void;
  /** Ends everything that this stack started; a second call does nothing. */
  stop(options: { graceMs: number }): Promise<void>;
}

export type StoreName = 'redis' | 'mysql' | 'kafka';

/** Toxics are added, listed and removed over Toxiproxy's HTTP API. */
export interface StoreProxy {
  /** `http://127.0.0.1:24071` */
  readonly api: string;
  /** Of the proxy, in the API's paths. */
  readonly name: string;
}

/** The stores themselves, past any proxy. Null for what the service does not use. URLs carry credentials: mask them before they reach any output. */
export interface StackEndpoints {
  /** `http://127.0.0.1:8080`; null when only the script knows. */
  readonly baseUrl: string | null;
  readonly redisUrl: string | null;
  readonly mysqlUrl: string | null;
  readonly kafkaBrokers: readonly string[] | null;
  /** Prometheus text, by process name. */
  readonly metricsUrls: Readonly<Record<string, string>>;
}

export interface StackProcess {
  readonly name: string;
  readonly pid: number;
}

export interface StackContainer {
  /** `redis`, `mysql`, `kafka`: becomes the tag `process`. */
  readonly name: string;
  /** The engine's id. */
  readonly id: string;
  /** Address of the engine that runs it, such as `unix:///var/run/docker.sock`; null when docker does not tell. */
  readonly engine: string | null;
}

export interface StackRequest {
  readonly manifest: ServiceManifest;
  /** `--set` and environment, checked against the manifest. */
  readonly set: Readonly<Record<string, string>>;
  /** Parameters of the fixture that is put in place before the processes start. */
  readonly fixture: Readonly<Record<string, string>>;
  /** Stores that the service reaches through a proxy, so that the way to them can be broken. For local stacks; default none. */
  readonly proxied?: readonly StoreName[];
  /**
   * Stores that are started again, as they were, so long after their end (milliseconds). For local stacks; default none: a
   * store that ended is gone.
   */
  readonly restarted?: Readonly<Partial<Record<StoreName, number>>>;
  /** False: Redis writes nothing to disk, and is empty when it is started again. For local stacks; default true. */
  readonly redisPersistence?: boolean;
  /** One log file per process goes here. */
  readonly logFolder: string;
  /** One line per step, for the live view. */
  readonly onProgress: (message: string) => void;
  readonly signal: AbortSignal;
}
