import type { SearchContext } from './context.ts';
import { askProgram, failureOf } from './program-output.ts';
import { programsOnPath } from './search.ts';
import { isAtLeast, parseVersion } from './version.ts';

/** Docker is reported, not installed: it needs root and a service. */
export interface DockerState {
  readonly where: string | null;
  /** Of the engine; null when there is none, or it does not answer. */
  readonly version: string | null;
  /** Of `docker compose`; null when there is none, or it is too old. */
  readonly composeVersion: string | null;
  readonly note: string;
}

/** The first that knows the text of `configs`, which docker-compose.yml uses. */
export const oldestCompose = '2.23.1';

/** An engine that is starting or hangs must not hold up the table. */
const timeoutMs = 5_000;

export async function inspectDocker(context: SearchContext): Promise<DockerState> {
  const [where] = await programsOnPath(['docker'], context);
  if (where === undefined) {
    return { where: null, version: null, composeVersion: null, note: 'not found; not needed for local runs' };
  }
  const [engine, compose] = await Promise.all([
    askProgram(where, ['version', '--format', '{{.Server.Version}}'], context, { timeoutMs }),
    askProgram(where, ['compose', 'version', '--short'], context, { timeoutMs }),
  ]);
  const version = engine.ok && engine.exitCode === 0 ? engine.text.trim() : null;
  const found = compose.ok && compose.exitCode === 0 ? compose.text.trim() : null;
  // A build of one's own names no number.
  const isTooOld = found !== null && parseVersion(found).length > 0 && !isAtLeast(found, oldestCompose);
  const composeVersion = isTooOld ? null : found;
  if (version === null) return { where, version, composeVersion, note: `no engine answers (${failureOf(engine)})` };
  return {
    where,
    version,
    composeVersion,
    note: isTooOld
      ? `docker compose ${found} is too old: ${oldestCompose} or newer is needed`
      : found === null
        ? `without docker compose (${oldestCompose} or newer is needed)`
        : `docker compose ${found}`,
  };
}
