import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { ToolSettings } from '../system/tool.ts';

/** All that loadkit takes from its environment. This file is the only reader of `process.env`. */
export interface Environment {
  /** `PATH` */
  readonly path: string;
  /** `${XDG_CACHE_HOME:-~/.cache}/loadkit`; below the temp folder where there is no home. */
  readonly cacheFolder: string;
  readonly tools: ToolSettings;
  /** `NO_COLOR` or `TERM=dumb` */
  readonly noColor: boolean;
  readonly dumbTerminal: boolean;
  /** A job of GitHub Actions: `GITHUB_ACTIONS=true`, and the file of the step's summary (`GITHUB_STEP_SUMMARY`). */
  readonly github: { readonly isJob: boolean; readonly summaryFile: string | null };
  /** For the tools and the service: everything but k6's and loadkit's own names. */
  readonly forChildren: Readonly<Record<string, string>>;
  /** Names of k6's own variables that are set and do not reach it. */
  readonly ignoredByK6: readonly string[];
  /** Value of a name, for settings that a service declares. */
  readonly lookup: (name: string) => string | undefined;
}

export function readEnvironment(): Environment {
  const env = process.env;
  return {
    path: env.PATH ?? '',
    cacheFolder: join(cacheHome(env), 'loadkit'),
    tools: {
      k6: nonEmpty(env.LOADKIT_K6),
      redisServer: nonEmpty(env.LOADKIT_REDIS_SERVER),
      mysqld: nonEmpty(env.LOADKIT_MYSQLD),
      kafkaHome: nonEmpty(env.LOADKIT_KAFKA_HOME),
      java: nonEmpty(env.LOADKIT_JAVA),
      toxiproxy: nonEmpty(env.LOADKIT_TOXIPROXY),
    },
    noColor: nonEmpty(env.NO_COLOR) !== null || env.TERM === 'dumb',
    dumbTerminal: env.TERM === 'dumb',
    github: { isJob: env.GITHUB_ACTIONS === 'true', summaryFile: nonEmpty(env.GITHUB_STEP_SUMMARY) },
    forChildren: childEnvironment(env),
    ignoredByK6: Object.keys(env)
      .filter((name) => name.startsWith('K6_'))
      .sort(),
    lookup: (name) => (Object.hasOwn(env, name) ? env[name] : undefined),
  };
}

function cacheHome(env: NodeJS.ProcessEnv): string {
  const xdg = nonEmpty(env.XDG_CACHE_HOME);
  // The XDG base directory specification: a relative path is to be ignored.
  if (xdg !== null && isAbsolute(xdg)) return xdg;
  const home = homeFolder(env);
  // A folder per user: two users of one machine must not share a cache that both can write.
  return home === null ? join(tmpdir(), `cache-${process.getuid?.() ?? 'user'}`) : join(home, '.cache');
}

function homeFolder(env: NodeJS.ProcessEnv): string | null {
  try {
    return nonEmpty(env.HOME) ?? nonEmpty(homedir());
  } catch {
    return null;
  }
}

/**
 * k6 reads every `K6_*` name as an option (`K6_THRESHOLDS` wipes the script's own), so none may reach it by accident;
 * `OTEL_*` would send its metrics elsewhere.
 */
function childEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || /^(K6_|OTEL_|LOADKIT_)/.test(name) ? [] : [[name, value] as const],
    ),
  );
}

function nonEmpty(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}
