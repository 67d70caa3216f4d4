import type { ToolName } from '../system/tool.ts';
import type { SearchContext } from './context.ts';
import { type GoToolName, readPinned } from './pinned.ts';
import { minimum } from './requirement.ts';
import { programsOnPath } from './search.ts';

export const titleOf = {
  k6: 'k6',
  redis: 'Redis',
  mysql: 'MySQL or MariaDB',
  kafka: 'Kafka',
  toxiproxy: 'Toxiproxy',
  java: 'Java',
  docker: 'Docker',
} as const;

export const neededVersion = {
  k6: `≥ ${minimum.k6}`,
  redis: `≥ ${minimum.redis}`,
  mysql: `MySQL ≥ ${minimum.mysql}, MariaDB ≥ ${minimum.mariadb}`,
  kafka: `≥ ${minimum.kafka}`,
  toxiproxy: `≥ ${minimum.toxiproxy}`,
  java: `≥ ${minimum.java}`,
  docker: 'optional',
} as const;

type Lines = Readonly<Record<Exclude<ToolName, GoToolName> | 'java', string>>;

const systemInstallers: ReadonlyArray<readonly [program: string, lines: Lines]> = [
  [
    'brew',
    {
      redis: 'brew install redis',
      mysql: 'brew install mariadb',
      kafka: 'brew install kafka',
      java: 'brew install openjdk',
    },
  ],
  [
    'apt-get',
    {
      redis: 'sudo apt-get install redis-server',
      mysql: 'sudo apt-get install mariadb-server-core mariadb-client-core',
      kafka: 'sudo apt-get install maven  # brings Java; loadkit then fetches Kafka with it',
      java: 'sudo apt-get install default-jre-headless',
    },
  ],
  [
    'dnf',
    {
      redis: 'sudo dnf install valkey',
      mysql: 'sudo dnf install mariadb-server',
      kafka: 'sudo dnf install maven  # brings Java; loadkit then fetches Kafka with it',
      java: 'sudo dnf install java-latest-openjdk-headless',
    },
  ],
];

const settingOf = {
  redis: 'LOADKIT_REDIS_SERVER=/path/to/redis-server',
  mysql: 'LOADKIT_MYSQLD=/path/to/mysqld',
  kafka: 'LOADKIT_KAFKA_HOME=/path/to/kafka (the folder with libs/ in it)',
  java: 'LOADKIT_JAVA=/path/to/java',
} as const;

/** The one line that brings a tool which loadkit does not install here. */
export async function manualLine(tool: ToolName | 'java', context: SearchContext): Promise<string> {
  if (tool === 'k6') return k6Line(context);
  if (tool === 'toxiproxy') return toxiproxyLine(context);
  // Where Maven is, it was the download that failed.
  if (
    tool === 'kafka' &&
    context.platform !== 'darwin' &&
    (await programsOnPath(['mvn', 'java'], context)).length > 1
  ) {
    return kafkaLine(context);
  }
  const wanted = context.platform === 'darwin' ? systemInstallers.slice(0, 1) : systemInstallers.slice(1);
  for (const [program, lines] of wanted) {
    if (context.platform === 'darwin' || (await programsOnPath([program], context)).length > 0) return lines[tool];
  }
  return `install ${titleOf[tool]} (${neededVersion[tool]}) with your system's packages, or set ${settingOf[tool]}`;
}

async function kafkaLine({ pinnedFolder }: SearchContext): Promise<string> {
  const { kafka: version } = await readPinned(pinnedFolder);
  const name = `kafka_2.13-${version}`;
  return (
    `curl -fsSL https://archive.apache.org/dist/kafka/${version}/${name}.tgz | tar -xz -C ~` +
    ` && export LOADKIT_KAFKA_HOME=~/${name}`
  );
}

/** No distribution packages k6; its makers publish a binary per platform. */
async function k6Line({ platform, arch, pinnedFolder }: SearchContext): Promise<string> {
  if (platform === 'darwin') return 'brew install k6';
  const { k6: version } = await readPinned(pinnedFolder);
  const name = `k6-v${version}-linux-${goArch(arch)}`;
  return (
    `curl -fsSL https://github.com/grafana/k6/releases/download/v${version}/${name}.tar.gz` +
    ` | sudo tar -xz -C /usr/local/bin --strip-components=1 ${name}/k6`
  );
}

async function toxiproxyLine({ platform, arch, pinnedFolder }: SearchContext): Promise<string> {
  if (platform === 'darwin') return 'brew install shopify/shopify/toxiproxy';
  const { toxiproxy: version } = await readPinned(pinnedFolder);
  const file = '/usr/local/bin/toxiproxy-server';
  return (
    `sudo curl -fsSL https://github.com/Shopify/toxiproxy/releases/download/v${version}/toxiproxy-server-linux-${goArch(arch)}` +
    ` -o ${file} && sudo chmod 755 ${file}`
  );
}

function goArch(arch: string): string {
  return arch === 'x64' ? 'amd64' : arch;
}
