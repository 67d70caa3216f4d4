import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { MysqlTool } from '../../src/system/tool.ts';
import type { Certificate } from './probe-certificate.ts';
import type { StoreRoom } from './probe-stores.ts';

const initStatements = [
  "CREATE USER IF NOT EXISTS 'admin'@'127.0.0.1' IDENTIFIED BY 'admin-word';",
  "GRANT ALL PRIVILEGES ON *.* TO 'admin'@'127.0.0.1' WITH GRANT OPTION;",
  'CREATE DATABASE IF NOT EXISTS shop;',
];

/** A data folder for servers with options of a test's own: TLS beside the clear, and an account `admin` that may all. */
export async function ownMysql(tool: MysqlTool, room: StoreRoom, certificate: Certificate) {
  const common = ['--no-defaults', ...tool.args, ...(process.getuid?.() === 0 ? ['--user=root'] : [])];
  const makeData = tool.installDb === null ? ['--initialize-insecure'] : ['--auth-root-authentication-method=normal'];
  const home = await room.run('mysql-install', {
    executable: tool.installDb ?? tool.server,
    args: (folder) => [...common, `--datadir=${join(folder, 'data')}`, ...makeData],
  });
  const initFile = join(home, 'init.sql');
  writeFileSync(initFile, `${initStatements.join('\n')}\n`);

  return {
    /** Starts the server on that data; only one at a time. */
    start: async (...options: string[]) => {
      const args = (port: number) => [
        ...common,
        `--datadir=${join(home, 'data')}`,
        '--bind-address=127.0.0.1',
        `--port=${port}`,
        '--socket=m.sock',
        '--pid-file=m.pid',
        `--init-file=${initFile}`,
        '--skip-name-resolve',
        `--ssl-cert=${certificate.certFile}`,
        `--ssl-key=${certificate.keyFile}`,
        ...options,
      ];
      const { port, process: server } = await room.server({ name: 'mysql', executable: tool.server, args });
      const admin = await createConnection(`mysql://admin:admin-word@127.0.0.1:${port}/shop`);
      admin.on('error', () => undefined);
      return { port, server, admin };
    },
  };
}

export type OwnMysql = Awaited<ReturnType<typeof ownMysql>>;
export type OwnMysqlServer = Awaited<ReturnType<OwnMysql['start']>>;
