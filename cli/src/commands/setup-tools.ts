import { tmpdir } from 'node:os';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { startSupervisor } from '../system/watchdog-client.ts';
import type { InstallContext } from '../toolchain/context.ts';
import { inspectTools } from '../toolchain/inspect.ts';
import { installTools, resolveToolchain } from '../toolchain/resolve.ts';
import { surveyTools, toolNames } from '../toolchain/survey.ts';
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
    const install = installContext(context, supervisor, interrupt.signal, false);
    const survey = await surveyTools(install);
    await resolveToolchain(install, { install: true, tools: toolNames, survey });
    if (survey.toxiproxy.found === null) await setUpToxiproxy(install);
    const tools = await inspectTools(searchContext(context, interrupt.signal));
    for (const { title, summary } of tools) output.out.write(`${title.padEnd(17)} ${summary}\n`);
    return exitCode.ok;
  } finally {
    await supervisor.close({ graceMs: 2_000 });
    interrupt.release();
  }
}

/** No run needs it, and a drill that does asks for it again: for want of it no setup fails. */
async function setUpToxiproxy(install: InstallContext): Promise<void> {
  try {
    await installTools(install, ['toxiproxy']);
  } catch (error) {
    if (!(error instanceof LoadkitError) || error.code !== 'tool-missing') throw error;
    install.onProgress(`${error.message}; only drills on the way to a store need it`);
  }
}
