import { z } from 'zod';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { ServiceSetting } from './service-command.ts';
import { runServiceJob } from './service-job.ts';
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
  const { manifest } = setting;
  if (manifest.reset === undefined) return {};
  const { command } = manifest.reset;
  const parameters = Object.entries(fixture).map(([key, value]) => [`FIXTURE_${key}`, value] as const);
  const job = { name: 'reset', command, env: Object.fromEntries(parameters), timeoutMs } as const;
  return parseFigures(await runServiceJob(job, setting, context), command.join(' '));
}

function parseFigures(lastLine: string, command: string): FixtureFigures {
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
