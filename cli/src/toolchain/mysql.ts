import { access, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findExecutable } from '../system/executable-file.ts';
import type { Executable, MysqlTool, ToolSource } from '../system/tool.ts';
import { installedFolder } from './cache-layout.ts';
import type { SearchContext } from './context.ts';
import { askProgram, failureOf } from './program-output.ts';
import { minimum } from './requirement.ts';
import { type Finder, programsOnPath, type Trial } from './search.ts';
import { libraryEnvironment, packageRoot, rootOf } from './unpacked-packages.ts';
import { isAtLeast } from './version.ts';

const installDbNames = ['mariadb-install-db', 'mysql_install_db'];

export function mysqlFinder(context: SearchContext): Finder<MysqlTool> {
  return {
    setting: { name: 'LOADKIT_MYSQLD', value: context.settings.mysqld },
    onPath: () => programsOnPath(['mysqld', 'mariadbd'], context),
    inCache: async () => [mariadbServerIn(await installedFolder('mysql', context))],
    try: (file, source) => tryMysql(file, source, context),
  };
}

/** Where the server is inside an installed folder. */
export function mariadbServerIn(folder: string): string {
  return join(folder, packageRoot, 'usr', 'sbin', 'mariadbd');
}

export async function tryMysql(file: string, source: ToolSource, context: SearchContext): Promise<Trial<MysqlTool>> {
  const env = await libraryEnvironment(rootOf(file, source), context);
  // An option file of the machine's own server may name options that this one does not know.
  const output = await askProgram(file, ['--no-defaults', '--version'], context, { env });
  const version = output.ok && output.exitCode === 0 ? /Ver (\d+\.\d+\.\d+)/.exec(output.text)?.[1] : undefined;
  if (version === undefined) return { ok: false, version: null, reason: `\`mysqld --version\`: ${failureOf(output)}` };

  const isMariadb = output.ok && /mariadb/i.test(output.text);
  const product = isMariadb ? 'MariaDB' : 'MySQL';
  const needed = isMariadb ? minimum.mariadb : minimum.mysql;
  if (!isAtLeast(version, needed)) {
    return { ok: false, version, reason: `too old: ${product} ${version}, needs ${needed} or newer` };
  }
  const [base, installDb] = await Promise.all([baseFolder(file), isMariadb ? installDbOf(file, env, context) : null]);
  if (isMariadb && installDb === null) {
    return {
      ok: false,
      version,
      reason: `MariaDB ${version} without ${installDbNames[0]}, which makes its data folder`,
    };
  }
  const args = base === null ? [] : [`--basedir=${base}`];
  return { ok: true, tool: { version, source, product, server: { file, env }, installDb, args } };
}

/**
 * A server that does not run from where it was built to run finds its messages only with `--basedir`.
 * Null where the folder above it does not hold them (a wrapper script): then it has to know itself.
 */
async function baseFolder(file: string): Promise<string | null> {
  const parents = [dirname(dirname(file)), dirname(dirname(await realpath(file)))];
  for (const base of parents) {
    for (const share of ['share/mysql', 'share/mariadb', 'share']) {
      if (await exists(join(base, share, 'english', 'errmsg.sys'))) return base;
    }
  }
  return null;
}

async function installDbOf(
  server: string,
  env: Readonly<Record<string, string>>,
  context: SearchContext,
): Promise<Executable | null> {
  const base = dirname(dirname(await realpath(server)));
  const beside = [dirname(server), join(dirname(dirname(server)), 'bin'), join(base, 'bin'), join(base, 'scripts')];
  const near = beside.flatMap((folder) => installDbNames.map((name) => join(folder, name)));
  const file = near.find((candidate) => findExecutable(candidate, '/', undefined) !== undefined);
  const found = file ?? (await programsOnPath(installDbNames, context))[0];
  return found === undefined ? null : { file: found, env };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
