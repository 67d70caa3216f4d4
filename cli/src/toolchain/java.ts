import { delimiter, join } from 'node:path';
import type { Executable, ToolSource } from '../system/tool.ts';
import type { SearchContext } from './context.ts';
import { askProgram, failureOf } from './program-output.ts';
import { minimum } from './requirement.ts';
import { type Finder, programsOnPath, type Trial } from './search.ts';
import { isAtLeast } from './version.ts';

/** What runs Kafka. */
export interface JavaTool {
  readonly version: string;
  readonly source: ToolSource;
  readonly executable: Executable;
}

export function javaFinder(context: SearchContext): Finder<JavaTool> {
  return {
    setting: { name: 'LOADKIT_JAVA', value: context.settings.java },
    onPath: () => programsOnPath(['java'], withJavaHome(context)),
    inCache: async () => [],
    try: (file, source) => tryJava(file, source, context),
  };
}

async function tryJava(file: string, source: ToolSource, context: SearchContext): Promise<Trial<JavaTool>> {
  const output = await askProgram(file, ['-version'], context);
  // With JAVA_TOOL_OPTIONS a line about them comes first.
  const printed = output.ok && output.exitCode === 0 ? /version "([^"]+)"/.exec(output.text)?.[1] : undefined;
  if (printed === undefined) return { ok: false, version: null, reason: `\`java -version\`: ${failureOf(output)}` };
  if (!isAtLeast(modernJavaVersion(printed), minimum.java)) {
    return { ok: false, version: printed, reason: `too old: Java ${printed}, needs ${minimum.java} or newer` };
  }
  return { ok: true, tool: { version: printed, source, executable: { file, env: {} } } };
}

/** Up to Java 8 the number in front was always 1: `1.8.0_392` is Java 8. */
function modernJavaVersion(printed: string): string {
  return printed.replace(/^1\./, '');
}

/** Many machines have `JAVA_HOME` set and no `java` on the PATH. */
function withJavaHome(context: SearchContext): SearchContext {
  const home = context.env.JAVA_HOME;
  if (home === undefined || home === '') return context;
  return { ...context, path: [context.path, join(home, 'bin')].join(delimiter) };
}
