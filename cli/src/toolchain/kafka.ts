import { access, readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { KafkaTool, ToolSource } from '../system/tool.ts';
import { installedFolder } from './cache-layout.ts';
import type { SearchContext } from './context.ts';
import type { JavaTool } from './java.ts';
import { minimum } from './requirement.ts';
import { type Finder, programsOnPath, type Trial } from './search.ts';
import { isAtLeast } from './version.ts';

/** The broker alone; with a Java it is a `KafkaTool`. */
export interface KafkaBroker {
  readonly version: string;
  readonly source: ToolSource;
  readonly classpath: string;
}

export function kafkaFinder(context: SearchContext): Finder<KafkaBroker> {
  return {
    setting: { name: 'LOADKIT_KAFKA_HOME', value: context.settings.kafkaHome },
    onPath: () => homesOnPath(context),
    inCache: async () => [await installedFolder('kafka', context)],
    try: (home, source) => tryKafka(home, source),
  };
}

export function withJava(broker: KafkaBroker, java: JavaTool): KafkaTool {
  const { version, source, classpath } = broker;
  return { version, source, classpath, java: java.executable, javaVersion: java.version };
}

/**
 * The version stands in a file name; asking the broker itself costs a JVM start.
 * @param home a distribution or an installed folder: what holds `libs/`
 */
export async function tryKafka(home: string, source: ToolSource): Promise<Trial<KafkaBroker>> {
  const libs = join(home, 'libs');
  const jars = await readdir(libs).catch(() => null);
  if (jars === null) return { ok: false, version: null, reason: `no folder ${libs}` };
  const version = jars.map((jar) => /^kafka_2\.\d+-(\d+\.\d+\.\d+\S*)\.jar$/.exec(jar)?.[1]).find(isBroker);
  if (version === undefined) return { ok: false, version: null, reason: `no kafka_2.x-<version>.jar in ${libs}` };
  if (!isAtLeast(version, minimum.kafka)) {
    return { ok: false, version, reason: `too old: ${version}, needs ${minimum.kafka} or newer` };
  }
  return { ok: true, tool: { version, source, classpath: join(libs, '*') } };
}

/** `kafka_2.13-4.3.0-sources.jar` and `-test.jar` hold no broker. */
function isBroker(version: string | undefined): version is string {
  return version !== undefined && !/-(sources|javadoc|test|scaladoc)/.test(version);
}

/** The start script lies in `bin/` beside `libs/`; Homebrew's is a wrapper, its `libs/` are below `libexec/`. */
async function homesOnPath(context: SearchContext): Promise<string[]> {
  const scripts = await programsOnPath(['kafka-server-start.sh', 'kafka-server-start'], context);
  const homes: string[] = [];
  for (const script of scripts) {
    const home = dirname(dirname(await realpath(script)));
    const inner = join(home, 'libexec');
    homes.push((await holdsLibs(home)) || !(await holdsLibs(inner)) ? home : inner);
  }
  return homes;
}

async function holdsLibs(folder: string): Promise<boolean> {
  return await access(join(folder, 'libs')).then(
    () => true,
    () => false,
  );
}
