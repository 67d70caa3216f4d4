import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LoadkitError, messageOf } from './error.ts';
import { exitCode } from './exit-code.ts';
import { errorCode } from './process-identity.ts';

interface Limit {
  readonly code: string;
  readonly what: string;
  readonly hint: string;
}

const openFiles: Limit = {
  code: 'open-files',
  what: 'no more files may be opened at once here',
  hint: 'allow more and run it again: ulimit -n 1024',
};
const diskFull: Limit = {
  code: 'disk-full',
  what: 'no space is left',
  hint: 'free some space on the disk that it names',
};
const limits: Readonly<Record<string, Limit>> = {
  EMFILE: openFiles,
  ENFILE: openFiles,
  ENOSPC: diskFull,
  EDQUOT: diskFull,
  EAGAIN: {
    code: 'no-more-processes',
    what: 'no more processes may be started here',
    hint: 'end some, or allow more: ulimit -u',
  },
};

/** An error of the system that says that the machine's limits are reached, as a `LoadkitError` (93); anything else as it is. */
export function nameLimit(error: unknown): unknown {
  const limit = error instanceof LoadkitError ? undefined : (limits[errorCode(error) ?? ''] ?? unreadModule(error));
  if (limit === undefined) return error;
  const { code, what, hint } = limit;
  return new LoadkitError(code, `${what}: ${messageOf(error)}`, { hint, exitCode: exitCode.unreachable, cause: error });
}

/** Fewer than that are not enough for a run. */
const fewFiles = 256;

/** Node says of a package that it cannot open for lack of file handles that it is not there. */
function unreadModule(error: unknown): Limit | undefined {
  if (errorCode(error) !== 'ERR_MODULE_NOT_FOUND') return undefined;
  const [, file] = /'(\/[^']+)'/.exec(messageOf(error)) ?? [];
  return file !== undefined && existsSync(dirname(file)) && openFilesLimit() < fewFiles ? openFiles : undefined;
}

/** Infinite where the system does not tell. */
function openFilesLimit(): number {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? Infinity : Number(soft);
  } catch (error) {
    return errorCode(error) === 'EMFILE' ? 0 : Infinity;
  }
}
