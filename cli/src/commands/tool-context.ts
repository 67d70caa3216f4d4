import type { Supervisor } from '../system/supervisor.ts';
import type { InstallContext, SearchContext } from '../toolchain/context.ts';
import type { CommandContext } from './context.ts';

/** What the toolchain needs, out of a command's context. */
export function searchContext({ environment, project }: CommandContext, signal: AbortSignal): SearchContext {
  return {
    settings: environment.tools,
    path: environment.path,
    cacheFolder: environment.cacheFolder,
    pinnedFolder: project.toolchainFiles,
    platform: process.platform,
    arch: process.arch,
    env: environment.forChildren,
    signal,
  };
}

export function installContext(
  context: CommandContext,
  supervisor: Supervisor,
  signal: AbortSignal,
  quiet: boolean,
): InstallContext {
  return {
    ...searchContext(context, signal),
    supervisor,
    clock: context.clock,
    onProgress: (line) => {
      if (!quiet) context.output.err.write(`${line}\n`);
    },
  };
}
