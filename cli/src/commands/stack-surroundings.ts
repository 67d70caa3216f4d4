import type { StackSurroundings } from '../pipeline/choose-stack.ts';
import { findHeldStack } from '../stack/held-stack.ts';
import { inspectDocker } from '../toolchain/docker.ts';
import type { CommandContext } from './context.ts';
import { searchContext } from './tool-context.ts';

/** What the choice of a stack asks this machine. A stack that is up and is passed over is told to `say`, once for each reason. */
export function surroundingsOf(
  context: CommandContext,
  signal: AbortSignal,
  say: (line: string) => void,
): StackSurroundings {
  const said = new Set<string>();
  // One look serves every run of a command.
  let engine: ReturnType<StackSurroundings['docker']> | undefined;
  return {
    docker: () => {
      engine ??= lookForEngine(context, signal);
      return engine;
    },
    held: ({ folder: manifestFolder, manifest, settings: set }) =>
      findHeldStack({ cacheFolder: context.environment.cacheFolder, manifestFolder, manifest, set }),
    onPassedOver: (why) => {
      if (!said.has(why)) say(`${why}: this run starts its own`);
      said.add(why);
    },
  };
}

async function lookForEngine(context: CommandContext, signal: AbortSignal): ReturnType<StackSurroundings['docker']> {
  const { where, version, composeVersion, note } = await inspectDocker(searchContext(context, signal));
  if (where !== null && version !== null && composeVersion !== null) return { file: where };
  return { lacks: `docker: ${note}` };
}
