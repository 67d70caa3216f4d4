import type { Clock } from '../system/clock.ts';
import type { Supervisor } from '../system/supervisor.ts';
import type { ToolSettings } from '../system/tool.ts';

/** What a search for tools needs; it changes nothing. */
export interface SearchContext {
  readonly settings: ToolSettings;
  /** Value of `PATH`. */
  readonly path: string;
  /** Loadkit's own folder below the user's cache; need not exist. */
  readonly cacheFolder: string;
  /** Folder with the pinned `k6/go.mod`, `toxiproxy/go.mod` and `kafka/pom.xml`. */
  readonly pinnedFolder: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Environment of every program that is started. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface InstallContext extends SearchContext {
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  /** One line: what is done, how large it is, how long it has taken. */
  readonly onProgress: (line: string) => void;
}
