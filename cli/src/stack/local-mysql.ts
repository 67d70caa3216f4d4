import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { z } from 'zod';
import type { Part } from '../record/run-record.ts';
import type { MysqlTool } from '../system/tool.ts';
import { describeExit, notStarted, startOnFreePort, waitForExit, waitUntilReady } from './readiness.ts';
import type { StartContext, StartedStore } from './start-context.ts';

interface Account {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

const installTimeoutMs = 90_000;
const timeoutMs = 60_000;
const reported = [
  'max_connections',
  'innodb_buffer_pool_size',
  'innodb_flush_log_at_trx_commit',
  'sync_binlog',
  'log_bin',
  'innodb_lock_wait_timeout',
  'transaction_isolation',
  'tx_isolation',
];

/** MariaDB or MySQL with a new data folder, a database and a user for the service. Ready = that user's query answered. */
export async function startMysql(tool: MysqlTool, database: string, context: StartContext): Promise<StartedStore> {
  const folder = await context.supervisor.tempDir('mysql');
  const data = join(folder, 'data');
  await makeDataFolder(tool, data, context);
  const account = { user: 'service', password: randomBytes(18).toString('hex'), database };
  const initFile = join(folder, 'init.sql');
  await writeFile(initFile, initStatements(account).join('\n'), { mode: 0o600 });
  const store = await startOnFreePort(context.ports, async (port) => {
    const process = await context.spawn({
      name: 'mysql',
      file: tool.server.file,
      args: [...commonArguments(tool, data), ...serverArguments(tool, initFile, port)],
      env: { ...context.env, ...tool.server.env },
      cwd: folder,
      logFile: join(context.logFolder, 'mysql.log'),
    });
    const answer = await waitUntilReady(process, () => ask(account, port), { ...context, timeoutMs });
    const part: Part = { name: 'mysql', ...answer, origin: 'local' };
    return { part, process, port, url: `mysql://${account.user}:${account.password}@127.0.0.1:${port}/${database}` };
  });
  await rm(initFile);
  return store;
}

async function makeDataFolder(tool: MysqlTool, data: string, context: StartContext): Promise<void> {
  const installer = tool.installDb ?? tool.server;
  const own = tool.installDb === null ? ['--initialize-insecure'] : mariadbInstallArguments;
  const process = await context.spawn({
    name: 'mysql-install',
    file: installer.file,
    args: [...commonArguments(tool, data), ...own],
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

function commonArguments(tool: MysqlTool, data: string): string[] {
  // A server that was started by root refuses to run as root unless it is told to.
  const user = process.getuid?.() === 0 ? ['--user=root'] : [];
  return ['--no-defaults', ...tool.args, `--datadir=${data}`, ...user];
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
function initStatements({ user, password, database }: Account): string[] {
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

const variablesSchema = z.array(z.object({ Variable_name: z.string(), Value: z.string() }));
const versionSchema = z.tuple([z.object({ version: z.string() })]);

async function ask(account: Account, port: number): Promise<Pick<Part, 'product' | 'version' | 'settings'>> {
  // The password is of this run: a server of somebody else does not let us in.
  const connection = await createConnection({ host: '127.0.0.1', port, ...account, connectTimeout: 2000 });
  try {
    const [{ version }] = versionSchema.parse((await connection.query('SELECT VERSION() AS version'))[0]);
    const variables = variablesSchema.parse((await connection.query('SHOW GLOBAL VARIABLES'))[0]);
    const settings = variables
      .filter(({ Variable_name: name }) => reported.includes(name))
      .map(({ Variable_name: name, Value: value }) => [name, /^\d+$/.test(value) ? Number(value) : value] as const);
    return {
      product: /mariadb/i.test(version) ? 'MariaDB' : 'MySQL',
      version: version.split('-')[0] ?? version,
      settings: Object.fromEntries(settings),
    };
  } finally {
    connection.destroy();
  }
}
