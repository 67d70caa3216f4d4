import type { ToolName } from '../system/tool.ts';
import { findApt, planPackages } from './apt-source.ts';
import { installedFolder } from './cache-layout.ts';
import type { InstallContext, SearchContext } from './context.ts';
import { type InstallManifest, installFolder } from './install-folder.ts';
import { buildGoTool, findGo, type GoTool } from './install-go.ts';
import { fetchKafka, findMaven } from './install-kafka.ts';
import { mariadbPackages, redisPackages, unpackMariadb, unpackRedis } from './install-stores.ts';
import { k6Finder, k6Tool } from './k6.ts';
import { kafkaFinder } from './kafka.ts';
import { titleOf } from './manual-install.ts';
import { mysqlFinder } from './mysql.ts';
import { type GoToolName, goModules, readPinned } from './pinned.ts';
import { redisFinder } from './redis.ts';
import type { Finder } from './search.ts';
import { toxiproxyFinder, toxiproxyTool } from './toxiproxy.ts';

/** What loadkit would do about a missing tool. */
export type InstallPlan =
  | {
      readonly possible: true;
      /** `build go.k6.io/k6/v2 v2.2.0 with Go 1.26.8` */
      readonly what: string;
      /** Null: not known before the package lists are fetched. */
      readonly downloadBytes: number | null;
      readonly diskBytes: number | null;
      /** In words: `1–2 min`. */
      readonly duration: string;
    }
  | { readonly possible: false; readonly reason: string };

const megabyte = 1_000_000;
/** Measured with empty caches on two cores: k6 2.2.0, Toxiproxy 2.12.0, Kafka 4.3.0, the packages of Debian 12. */
const measured = {
  k6: { downloadBytes: 88 * megabyte, diskBytes: 47 * megabyte, duration: '1–3 min' },
  toxiproxy: { downloadBytes: 45 * megabyte, diskBytes: 11 * megabyte, duration: 'about 30 s' },
  kafka: { downloadBytes: 66 * megabyte, diskBytes: 46 * megabyte, duration: 'about 15 s' },
  redis: { diskBytes: 7 * megabyte, duration: 'about 5 s' },
  mysql: { diskBytes: 60 * megabyte, duration: 'about 5 s' },
} as const;

/** Looks only; changes nothing and asks no network. */
export async function planInstall(tool: ToolName, context: SearchContext): Promise<InstallPlan> {
  if (context.platform !== 'linux') {
    return { possible: false, reason: 'loadkit installs on Linux only; here it uses the PATH or Docker' };
  }
  switch (tool) {
    case 'k6':
    case 'toxiproxy':
      return planGoTool(tool, context);
    case 'kafka':
      return planKafka(context);
    case 'redis':
      return planStore(redisPackages[0], measured.redis, context);
    case 'mysql':
      return planStore(mariadbPackages[0], measured.mysql, context);
  }
}

async function planGoTool(tool: GoToolName, context: SearchContext): Promise<InstallPlan> {
  const [go, pinned] = await Promise.all([findGo(context), readPinned(context.pinnedFolder)]);
  if ('reason' in go) return { possible: false, reason: go.reason };
  const what = `build ${goModules[tool]} v${pinned[tool]} with Go ${go.version}`;
  return { possible: true, what, ...measured[tool] };
}

async function planKafka(context: SearchContext): Promise<InstallPlan> {
  const [tools, pinned] = await Promise.all([findMaven(context), readPinned(context.pinnedFolder)]);
  if ('reason' in tools) return { possible: false, reason: tools.reason };
  return { possible: true, what: `fetch Kafka ${pinned.kafka} with Maven`, ...measured.kafka };
}

async function planStore(
  packages: readonly string[],
  size: { readonly diskBytes: number; readonly duration: string },
  context: SearchContext,
): Promise<InstallPlan> {
  const client = await findApt(context);
  if (client === null) return { possible: false, reason: 'no apt-get to fetch it with' };
  const plan = await planPackages(client, packages, context);
  const what =
    plan === null
      ? `unpack the packages ${packages.join(', ')} (after fetching package lists)`
      : `unpack ${plan.packages.length} packages (${packages.join(', ')} and what they need)`;
  return { possible: true, what, downloadBytes: plan?.bytes ?? null, ...size };
}

/** Installs one tool into the cache; does nothing when a working one is there. */
export async function installTool(tool: ToolName, context: InstallContext): Promise<void> {
  const { build, works } = recipe(tool, context);
  const started = context.clock.monotonic();
  const folder = await installedFolder(tool, context);
  let version: string | undefined;
  await installFolder(
    {
      title: titleOf[tool],
      folder,
      isThere: works,
      build: async (made, scratch) => {
        const manifest = await build(made, scratch, context);
        version = manifest.version;
        return manifest;
      },
    },
    context,
  );
  const seconds = Math.round((context.clock.monotonic() - started) / 1000);
  const done =
    version === undefined ? 'is there, installed by another loadkit' : `${version} installed in ${seconds} s`;
  context.onProgress(`${titleOf[tool]}: ${done} (${folder})`);
}

interface Recipe {
  readonly build: (made: string, scratch: string, context: InstallContext) => Promise<InstallManifest>;
  readonly works: () => Promise<boolean>;
}

function recipe(tool: ToolName, context: InstallContext): Recipe {
  switch (tool) {
    case 'k6':
      return { build: builderOf(k6Tool), works: () => worksInCache(k6Finder(context)) };
    case 'toxiproxy':
      return { build: builderOf(toxiproxyTool), works: () => worksInCache(toxiproxyFinder(context)) };
    case 'kafka':
      return { build: fetchKafka, works: () => worksInCache(kafkaFinder(context)) };
    case 'redis':
      return { build: unpackRedis, works: () => worksInCache(redisFinder(context)) };
    case 'mysql':
      return { build: unpackMariadb, works: () => worksInCache(mysqlFinder(context)) };
  }
}

function builderOf(tool: GoTool): Recipe['build'] {
  return (made, scratch, context) => buildGoTool(tool, made, scratch, context);
}

async function worksInCache<T>(finder: Finder<T>): Promise<boolean> {
  for (const where of await finder.inCache()) {
    if ((await finder.try(where, 'cache')).ok) return true;
  }
  return false;
}
