import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeExit, notStarted, waitForExit } from './readiness.ts';
import { commandLine, type ServiceSetting, serviceEnvironment } from './service-command.ts';
import type { StartContext } from './start-context.ts';

export interface ServiceJob {
  /** Of its process, its log and its temp folder. */
  readonly name: 'reset' | 'repair';
  readonly command: readonly string[];
  /** Environment beside that of the service. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Runs a command of the service to its end; resolves with its last line on stdout. Rejects where it fails or takes too long. */
export async function runServiceJob(job: ServiceJob, setting: ServiceSetting, context: StartContext): Promise<string> {
  const { name, command, env, timeoutMs } = job;
  const output = join(await context.supervisor.tempDir(name), 'stdout');
  const process = await context.spawn({
    name,
    ...commandLine(command, setting.nodeFile),
    env: serviceEnvironment(context.env, setting, env),
    cwd: setting.folder,
    logFile: join(context.logFolder, `${name}.log`),
    stdoutFile: output,
  });
  const exit = await waitForExit(process, { ...context, timeoutMs });
  if (exit.code !== 0) throw await notStarted(name, `ended with ${describeExit(exit)}`, process.logFile);
  return (await readFile(output, 'utf8')).trimEnd().split('\n').at(-1) ?? '';
}
