import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessSpec } from '../system/supervisor.ts';
import type { Executable, MysqlTool } from '../system/tool.ts';
import { describeExit, notStarted, waitForExit } from './readiness.ts';
import type { StartContext } from './start-context.ts';

export interface MysqlFolders {
  /** A temp folder of this server alone. */
  readonly own: string;
  readonly data: string;
  /** Of its own: a MariaDB that starts removes the temporary tables of every other one from a folder that they share. */
  readonly temporary: string;
}

type Installer = Pick<ProcessSpec, 'file' | 'args' | 'env'>;

const timeoutMs = 90_000;

/** Fills the data folder below `own`. Rejects with `part-not-started` (93) and the installer's last lines. */
export async function makeDataFolder(tool: MysqlTool, own: string, context: StartContext): Promise<MysqlFolders> {
  const folders = { own, data: join(own, 'data'), temporary: join(own, 'tmp') };
  await mkdir(folders.temporary);
  const { file, args, env } =
    tool.installDb === null ? mysqlInstaller(tool, folders) : await mariadbInstaller(tool, tool.installDb, folders);
  const process = await context.spawn({
    name: 'mysql-install',
    file,
    args,
    env: { ...context.env, ...env },
    cwd: own,
    logFile: join(context.logFolder, 'mysql-install.log'),
  });
  const exit = await waitForExit(process, { ...context, timeoutMs });
  if (exit.code !== 0) throw await notStarted('mysql', `made no data folder: ${describeExit(exit)}`, process.logFile);
  return folders;
}

function mysqlInstaller(tool: MysqlTool, folders: MysqlFolders): Installer {
  return { ...tool.server, args: [...serverFolders(tool, folders), '--initialize-insecure'] };
}

/**
 * A shell script that splits some of its values at spaces: what may hold one is told by the environment, or as a path from the
 * folder that it works in. Nor may root name himself as the user, or it changes the owner of a folder that it splits.
 */
async function mariadbInstaller(
  { args }: MysqlTool,
  { file, env }: Executable,
  { own, data, temporary }: MysqlFolders,
): Promise<Installer> {
  const others = args.filter((arg) => !arg.startsWith(baseOption));
  const base = args.find((arg) => arg.startsWith(baseOption))?.slice(baseOption.length);
  if (base !== undefined) await symlink(base, join(own, 'base'));
  return {
    file,
    args: [
      '--no-defaults',
      ...others,
      ...(base === undefined ? [] : [`${baseOption}base`]),
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--skip-name-resolve',
      // The data folder is thrown away when its making fails: durability begins with the server's own start.
      '--innodb-flush-log-at-trx-commit=0',
    ],
    env: { ...env, TMPDIR: temporary },
  };
}

const baseOption = '--basedir=';

/** What the server is told of its folders. */
export function serverFolders(tool: MysqlTool, { data, temporary }: MysqlFolders): string[] {
  // A server that was started by root refuses to run as root unless it is told to.
  const user = process.getuid?.() === 0 ? ['--user=root'] : [];
  return ['--no-defaults', ...tool.args, `--datadir=${data}`, `--tmpdir=${temporary}`, ...user];
}
