import { tmpdir } from 'node:os';
import { exitCode } from '../system/exit-code.ts';
import { startSupervisor } from '../system/watchdog-client.ts';
import { inspectTools } from '../toolchain/inspect.ts';
import { resolveToolchain } from '../toolchain/resolve.ts';
import { toolNames } from '../toolchain/survey.ts';
import type { CommandContext } from './context.ts';
import { listenForInterrupt } from './interrupt.ts';
import { installContext, searchContext } from './tool-context.ts';

/** `loadkit setup`: what is missing is announced with its size, then installed. */
export async function setUp(context: CommandContext): Promise<number> {
  const { output, clock } = context;
  const interrupt = listenForInterrupt((name) =>
    output.err.write(`\n${name}: stopping; a half-made install is removed\n`),
  );
  const supervisor = await startSupervisor({ tempRoot: tmpdir(), clock });
  interrupt.onSecond(() => {
    void supervisor.close({ graceMs: 0 }).finally(() => process.exit(exitCode.interrupted));
  });
  try {
    await resolveToolchain(installContext(context, supervisor, interrupt.signal, false), {
      install: true,
      tools: toolNames,
    });
    const tools = await inspectTools(searchContext(context, interrupt.signal));
    for (const { title, summary } of tools) output.out.write(`${title.padEnd(17)} ${summary}\n`);
    return exitCode.ok;
  } finally {
    await supervisor.close({ graceMs: 2_000 });
    interrupt.release();
  }
}
