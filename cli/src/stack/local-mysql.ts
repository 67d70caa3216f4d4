import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Part } from '../record/run-record.ts';
import type { MysqlTool } from '../system/tool.ts';
import { askMysql, type MysqlAccount, mysqlUrl } from './mysql-question.ts';
import { describeExit, notStarted, startOnFreePort, waitForExit, waitUntilReady } from './readiness.ts';
import type { StartContext, StartedStore } from './start-context.ts';

const installTimeoutMs = 90_000;
const timeoutMs = 60_000;

/** MariaDB or MySQL with a new data folder, a database and a user for the service. Ready = that user's query answered. */
export async function startMysql(tool: MysqlTool, database: string, context: StartContext): Promise<StartedStore> {
  const folder = await context.supervisor.tempDir('mysql');
  const folders = { data: join(folder, 'data'), temporary: join(folder, 'tmp') };
  await mkdir(folders.temporary);
  await makeDataFolder(tool, folders, context);
  const account = { user: 'service', password: randomBytes(18).toString('hex'), database };
  const initFile = join(folder, 'init.sql');
  await writeFile(initFile, initStatements(account).join('\n'), { mode: 0o600 });
  const store = await startOnFreePort(context.ports, async (port) => {
    const process = await context.spawn({
      name: 'mysql',
      file: tool.server.file,
      args: [...commonArguments(tool, folders), ...serverArguments(tool, initFile, port)],
      env: { ...context.env, ...tool.server.env },
      cwd: folder,
      logFile: join(context.logFolder, 'mysql.log'),
    });
    const answer = await waitUntilReady(process, () => askMysql(account, port), { ...context, timeoutMs });
    const part: Part = { name: 'mysql', ...answer, origin: 'local' };
    return { part, process, port, url: mysqlUrl(account, port) };
  });
  await rm(initFile);
  return store;
}

interface DataFolders {
  readonly data: string;
  /** Of its own: a MariaDB that starts removes the temporary tables of every other one from a folder that they share. */
  readonly temporary: string;
}

async function makeDataFolder(tool: MysqlTool, folders: DataFolders, context: StartContext): Promise<void> {
  const installer = tool.installDb ?? tool.server;
  const own = tool.installDb === null ? ['--initialize-insecure'] : mariadbInstallArguments;
  const process = await context.spawn({
    name: 'mysql-install',
    file: installer.file,
    args: [...commonArguments(tool, folders), ...own],
    env: { ...context.env, ...installer.env },
    logFile: join(context.logFolder, 'mysql-install.log'),
  });
  const exit = await waitForExit(process, { ...context, timeoutMs: installTimeoutMs });
  if (exit.code !== 0) throw await notStarted('mysql', `made no data folder: ${describeExit(exit)}`, process.logFile);
}

/** The data folder is thrown away when its making fails: durability begins with the server's own start. */
const mariadbInstallArguments = [
  '--auth-root-authentication-method=normal',
  '--skip-test-db',
  '--skip-name-resolve',
  '--innodb-flush-log-at-trx-commit=0',
];

function commonArguments(tool: MysqlTool, { data, temporary }: DataFolders): string[] {
  // A server that was started by root refuses to run as root unless it is told to.
  const user = process.getuid?.() === 0 ? ['--user=root'] : [];
  return ['--no-defaults', ...tool.args, `--datadir=${data}`, `--tmpdir=${temporary}`, ...user];
}

function serverArguments(tool: MysqlTool, initFile: string, port: number): string[] {
  return [
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    // Relative to the data folder: an absolute path may exceed the 104 bytes of a socket's name.
    '--socket=m.sock',
    '--pid-file=m.pid',
    `--init-file=${initFile}`,
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    '--innodb-flush-log-at-trx-commit=1',
    '--innodb-buffer-pool-size=256M',
    '--max-connections=200',
    '--innodb-monitor-enable=lock_deadlocks',
    ...(tool.product === 'MySQL' ? ['--mysqlx=OFF'] : []),
  ];
}

/** One statement a line, as the server's init file wants it; it may run again after a port was taken. */
function initStatements({ user, password, database }: MysqlAccount): string[] {
  const account = `'${user}'@'127.0.0.1'`;
  return [
    `CREATE DATABASE IF NOT EXISTS \`${database}\`;`,
    `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON \`${database}\`.* TO ${account};`,
    // For the probes: INNODB_METRICS, INNODB_TRX, processes of others, lock waits.
    `GRANT PROCESS ON *.* TO ${account};`,
    `GRANT SELECT ON performance_schema.* TO ${account};`,
    // Nobody needs root any more.
    `DROP USER IF EXISTS ''@'localhost', 'root'@'127.0.0.1', 'root'@'::1';`,
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${randomBytes(18).toString('hex')}';`,
    '',
  ];
}
