import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Part } from '../record/run-record.ts';
import type { ProcessSpec, SupervisedProcess } from '../system/supervisor.ts';
import type { MysqlTool } from '../system/tool.ts';
import { makeDataFolder, serverFolders } from './mysql-data-folder.ts';
import { askMysql, type MysqlAccount, mysqlUrl } from './mysql-question.ts';
import { startOnFreePort, waitUntilReady } from './readiness.ts';
import type { StartContext, StartedStore } from './start-context.ts';

const timeoutMs = 60_000;

/** MariaDB or MySQL with a new data folder, a database and a user for the service. Ready = that user's query answered. */
export async function startMysql(tool: MysqlTool, database: string, context: StartContext): Promise<StartedStore> {
  const folder = await context.supervisor.tempDir('mysql');
  const folders = await makeDataFolder(tool, folder, context);
  const account = { user: 'service', password: randomBytes(18).toString('hex'), database };
  const initFile = join(folder, 'init.sql');
  await writeFile(initFile, initStatements(account).join('\n'), { mode: 0o600 });
  const store = await startOnFreePort(context.ports, async (port) => {
    const spec = (first: readonly string[]): ProcessSpec => ({
      name: 'mysql',
      file: tool.server.file,
      args: [...serverFolders(tool, folders), ...serverArguments(tool, port), ...first],
      env: { ...context.env, ...tool.server.env },
      cwd: folder,
      logFile: join(context.logFolder, 'mysql.log'),
    });
    const ready = (process: SupervisedProcess, signal: AbortSignal) =>
      waitUntilReady(process, () => askMysql(account, port), { clock: context.clock, signal, timeoutMs });
    const process = await context.spawn(spec([`--init-file=${initFile}`]));
    const part: Part = { name: 'mysql', ...(await ready(process, context.signal)), origin: 'local' };
    return { part, process, port, url: mysqlUrl(account, port), restart: { spec: spec([]), ready } };
  });
  await rm(initFile);
  return store;
}

function serverArguments(tool: MysqlTool, port: number): string[] {
  return [
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    // Relative to the data folder: an absolute path may exceed the 104 bytes of a socket's name.
    '--socket=m.sock',
    '--pid-file=m.pid',
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
