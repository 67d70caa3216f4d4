import { readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LoadkitError } from '../system/error.ts';
import type { InstallContext, SearchContext } from './context.ts';
import type { InstallManifest } from './install-folder.ts';
import { runInstallStep } from './install-step.ts';
import { type JavaTool, javaFinder } from './java.ts';
import { tryKafka } from './kafka.ts';
import { readPinned } from './pinned.ts';
import { askProgram, failureOf } from './program-output.ts';
import { programsOnPath, searchTool } from './search.ts';

/** What fetches Kafka and what runs it, or why that is not possible. */
export async function findMaven(
  context: SearchContext,
): Promise<{ maven: string; java: JavaTool } | { reason: string }> {
  const [[maven], java] = await Promise.all([programsOnPath(['mvn'], context), searchTool(javaFinder(context))]);
  if (java.found === null) return { reason: 'no Java 17 or newer to run it' };
  if (maven === undefined) return { reason: 'no Maven to fetch it with' };
  return { maven, java: java.found.tool };
}

/** Fetches the pinned artifacts; Maven checks their checksums. */
export async function fetchKafka(made: string, scratch: string, context: InstallContext): Promise<InstallManifest> {
  const tools = await findMaven(context);
  if ('reason' in tools) throw new LoadkitError('install-step', `Kafka: ${tools.reason}`);
  const { kafka: version } = await readPinned(context.pinnedFolder);
  const libs = join(made, 'libs');
  await runInstallStep(
    {
      title: `Kafka ${version}: fetching`,
      file: tools.maven,
      args: [
        '--batch-mode',
        '--no-transfer-progress',
        '--strict-checksums',
        `--file=${join(context.pinnedFolder, 'kafka', 'pom.xml')}`,
        // The user's own repository is left as it is; the user's settings.xml counts.
        `-Dmaven.repo.local=${join(scratch, 'repository')}`,
        `-DoutputDirectory=${libs}`,
        'dependency:copy-dependencies',
      ],
      env: await javaHome(tools.java, context),
      scratch,
      howFar: async () => {
        const jars = await readdir(libs).catch(() => []);
        return jars.length === 0 ? '' : `${jars.length} libraries`;
      },
    },
    context,
  );
  await verify(made, version, tools.java, context);
  return { tool: 'kafka', version, from: [`org.apache.kafka:kafka_2.13:${version}`] };
}

/** Maven looks for a `java` of its own: give it the one that was found. */
async function javaHome({ executable }: JavaTool, { env }: SearchContext): Promise<Record<string, string>> {
  if (env.JAVA_HOME !== undefined && env.JAVA_HOME !== '') return {};
  return { JAVA_HOME: dirname(dirname(await realpath(executable.file))) };
}

async function verify(home: string, version: string, java: JavaTool, context: SearchContext): Promise<void> {
  const trial = await tryKafka(home, 'installed');
  if (!trial.ok) throw new LoadkitError('install-step', `Kafka ${version} was fetched but: ${trial.reason}`);
  const args = ['-cp', trial.tool.classpath, 'kafka.Kafka', '--version'];
  const output = await askProgram(java.executable.file, args, context, { timeoutMs: 60_000 });
  if (output.ok && output.exitCode === 0 && output.text.includes(version)) return;
  throw new LoadkitError('install-step', `Kafka ${version} was fetched but does not run: ${failureOf(output)}`);
}
