import { tmpdir } from 'node:os';
import { type EvaluatedRun, type ExecuteContext, executeRun } from '../pipeline/execute-run.ts';
import type { Supervisor } from '../system/supervisor.ts';
import { startSupervisor } from '../system/watchdog-client.ts';
import type { CommandContext } from './context.ts';
import { type Interrupt, listenForInterrupt } from './interrupt.ts';
import { createLiveView } from './live-view.ts';
import { createNotice, type Notice } from './notice.ts';
import type { PreparedRun } from './run-preparation.ts';
import { endAtOnce } from './run-reports.ts';

/** What a command that runs loads works with, from its begin to its end. */
export interface RunSession {
  readonly context: CommandContext;
  readonly supervisor: Supervisor;
  readonly interrupt: Interrupt;
  readonly notice: Notice;
}

export interface SessionOptions {
  /** What a first signal does: `ending the run`. A second one ends the process at once. */
  readonly onInterrupt: string;
  /** For what is still there at the end. */
  readonly graceMs: number;
}

/** Works in a session of its own, and ends all that was started in it. */
export async function inRunSession<T>(
  context: CommandContext,
  { onInterrupt, graceMs }: SessionOptions,
  work: (session: RunSession) => Promise<T>,
): Promise<T> {
  const { output, clock } = context;
  const notice = createNotice(output.err);
  const interrupt = listenForInterrupt((name) => notice.say(`${name}: ${onInterrupt}; once more ends it at once`));
  const supervisor = await startSupervisor({ tempRoot: tmpdir(), clock });
  interrupt.onSecond(() => endAtOnce(supervisor));
  try {
    return await work({ context, supervisor, interrupt, notice });
  } finally {
    await supervisor.close({ graceMs });
    interrupt.release();
  }
}

export interface ViewedRun extends PreparedRun, Pick<ExecuteContext, 'drill' | 'command'> {
  /** Of the live view. */
  readonly title: string;
}

/** One run of a session, with a live view of its own. */
export async function executeInView(
  { title, ...run }: ViewedRun,
  { context, supervisor, interrupt, notice }: RunSession,
): Promise<EvaluatedRun> {
  const { environment, project, output, clock } = context;
  const view = createLiveView({
    stream: output.err,
    isTty: output.err.isTTY === true && !environment.dumbTerminal,
    color: output.color,
    quiet: run.options.quiet,
    clock,
    title,
  });
  const giveBack = notice.through((text) => view.note(text));
  try {
    return await executeRun({
      ...run,
      supervisor,
      clock,
      env: environment.forChildren,
      version: project.version,
      observer: view,
      onFolder: () => undefined,
      signal: interrupt.signal,
    });
  } finally {
    view.stop();
    giveBack();
  }
}
