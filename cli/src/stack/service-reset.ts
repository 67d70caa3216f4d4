import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { describeExit, notStarted, waitForExit } from './readiness.ts';
import { commandLine, type ServiceSetting, serviceEnvironment } from './service-command.ts';
import type { StartContext } from './start-context.ts';

export type FixtureFigures = Record<string, string | number | boolean>;

const timeoutMs = 120_000;
const figuresSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** Runs the manifest's reset command; resolves with the JSON object of its last line, empty when there is no command. */
export async function resetFixture(
  setting: ServiceSetting,
  fixture: Readonly<Record<string, string>>,
  context: StartContext,
): Promise<FixtureFigures> {
  const { manifest, folder, nodeFile } = setting;
  if (manifest.reset === undefined) return {};
  const output = join(await context.supervisor.tempDir('reset'), 'stdout');
  const parameters = Object.entries(fixture).map(([key, value]) => [`FIXTURE_${key}`, value] as const);
  const process = await context.spawn({
    name: 'reset',
    ...commandLine(manifest.reset.command, nodeFile),
    env: serviceEnvironment(context.env, setting, Object.fromEntries(parameters)),
    cwd: folder,
    logFile: join(context.logFolder, 'reset.log'),
    stdoutFile: output,
  });
  const exit = await waitForExit(process, { ...context, timeoutMs });
  if (exit.code !== 0) throw await notStarted('reset', `ended with ${describeExit(exit)}`, process.logFile);
  return parseFigures(await readFile(output, 'utf8'), manifest.reset.command.join(' '));
}

function parseFigures(stdout: string, command: string): FixtureFigures {
  const lastLine = stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    return figuresSchema.parse(JSON.parse(lastLine));
  } catch (error) {
    throw new LoadkitError('reset-output', `the reset command ended with "${lastLine.slice(0, 200)}"`, {
      hint: `the last line of "${command}" on stdout must be a JSON object of plain figures (${messageOf(error)})`,
      exitCode: exitCode.unreachable,
      cause: error,
    });
  }
}
