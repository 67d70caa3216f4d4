/** A program and what it needs in its environment beside the caller's. */
export interface Executable {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Where a tool was found, in the order of the search. */
export type ToolSource = 'setting' | 'path' | 'cache' | 'installed';

interface Found {
  readonly version: string;
  readonly source: ToolSource;
}

export interface K6Tool extends Found {
  readonly executable: Executable;
}

export interface RedisTool extends Found {
  readonly product: 'Redis' | 'Valkey';
  readonly server: Executable;
}

export interface MysqlTool extends Found {
  readonly product: 'MariaDB' | 'MySQL';
  readonly server: Executable;
  /** MariaDB makes its data folder with a script of its own; MySQL does it with `mysqld --initialize-insecure`. */
  readonly installDb: Executable | null;
  /** `--basedir` and the like, needed when it runs from a cache folder. */
  readonly args: readonly string[];
}

export interface KafkaTool extends Found {
  readonly java: Executable;
  readonly javaVersion: string;
  /** `-cp` of the broker, with the platform's separator; a `*` wildcard is allowed. */
  readonly classpath: string;
}

/** Stands between a service and its stores, where a drill breaks that way. */
export interface ToxiproxyTool extends Found {
  readonly executable: Executable;
}

/** What a local run, or a drill, is made of. */
export interface Toolchain {
  readonly k6: K6Tool;
  readonly redis: RedisTool;
  readonly mysql: MysqlTool;
  readonly kafka: KafkaTool;
  readonly toxiproxy: ToxiproxyTool;
}

export type ToolName = keyof Toolchain;

/** Those of a local stack: the stores that its service needs, and what stands before them. */
export type StoreTools = Partial<Omit<Toolchain, 'k6'>>;

/** Explicit places of tools, each wins over the search; null: not given. */
export interface ToolSettings {
  /** `LOADKIT_K6` */
  readonly k6: string | null;
  /** `LOADKIT_REDIS_SERVER` */
  readonly redisServer: string | null;
  /** `LOADKIT_MYSQLD` */
  readonly mysqld: string | null;
  /** `LOADKIT_KAFKA_HOME`: the folder that holds `libs/`. */
  readonly kafkaHome: string | null;
  /** `LOADKIT_JAVA` */
  readonly java: string | null;
  /** `LOADKIT_TOXIPROXY` */
  readonly toxiproxy: string | null;
}
