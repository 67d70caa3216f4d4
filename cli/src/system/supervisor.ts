/**
 * Owner of every child process and temp folder of one `loadkit` command.
 *
 * The children belong to a small watchdog process in a session of its own. It ends them all, and removes
 * the temp folders, when the command closes it, and also when the command disappears without a word (SIGKILL).
 */
export interface Supervisor {
  /** Starts a process in a process group of its own. Rejects with `LoadkitError` when it cannot be started. */
  spawn(spec: ProcessSpec): Promise<SupervisedProcess>;
  /** A new empty folder (mode 0700) that is removed at `close`, or by the watchdog. */
  tempDir(prefix: string): Promise<string>;
  /** Removes a folder at the watchdog's death too, though somebody else made it (a half-made install). */
  removeAtEnd(path: string): Promise<void>;
  /** `path` is complete now and stays. */
  keep(path: string): Promise<void>;
  /**
   * Promises to undo what is neither a child nor a folder (containers, an injected fault): the command is run at `close`,
   * and by the watchdog when this process vanishes, after all children have ended. Register it before what it undoes.
   */
  runAtEnd(command: EndCommand): Promise<EndDuty>;
  /**
   * Ends all children that are left (SIGTERM, after `graceMs` SIGKILL), runs the end commands that were not withdrawn
   * (the last registered first) and removes the temp folders.
   */
  close(options?: { graceMs?: number }): Promise<void>;
}

export interface ProcessSpec {
  /** For messages and the record: `redis`, `api`, `k6`. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment of the child; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** stdout and stderr are appended here. */
  readonly logFile: string;
  /** stdout goes here instead of `logFile`. */
  readonly stdoutFile?: string;
}

/** A command that undoes something. It must work when there is nothing to undo, and need no temp folder of this command. */
export interface EndCommand extends Omit<ProcessSpec, 'stdoutFile'> {
  /** It is killed after this long. */
  readonly timeoutMs: number;
}

export interface EndDuty {
  /** It is undone already: the command is not run. */
  withdraw(): Promise<void>;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface SupervisedProcess {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when it ended; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Sends a signal to its process group; no error when it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** SIGTERM, after `graceMs` SIGKILL. */
  stop(options: { graceMs: number }): Promise<ProcessExit>;
}
