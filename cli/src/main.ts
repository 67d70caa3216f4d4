import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import type { CommandContext } from './commands/context.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerDrill } from './commands/drill.ts';
import { printError } from './commands/error-output.ts';
import type { Output } from './commands/output.ts';
import { registerReport } from './commands/report.ts';
import { registerRun } from './commands/run.ts';
import { registerRuns } from './commands/runs.ts';
import { registerSetup } from './commands/setup.ts';
import { registerStack } from './commands/stack.ts';
import { readEnvironment } from './config/environment.ts';
import { locateProject } from './config/project.ts';
import { systemClock } from './system/clock.ts';
import { exitCode } from './system/exit-code.ts';

const registrations = [
  registerRun,
  registerDrill,
  registerReport,
  registerRuns,
  registerStack,
  registerDoctor,
  registerSetup,
];

const code = await main(process.argv.slice(2));
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
process.exit(code);

async function main(argv: readonly string[]): Promise<number> {
  const environment = readEnvironment();
  const output: Output = {
    out: process.stdout,
    err: process.stderr,
    color: !environment.noColor && !argv.includes('--no-color') && process.stderr.isTTY === true,
  };
  ignoreClosedPipe(output);
  let result: number = exitCode.ok;
  const context: CommandContext = {
    environment,
    output,
    project: locateProject(version()),
    clock: systemClock,
    cwd: process.cwd(),
    argv,
    finish: (value) => {
      result = value;
    },
  };
  try {
    await program(context).parseAsync([...argv], { from: 'user' });
    return result;
  } catch (error) {
    return error instanceof CommanderError ? usageExitCode(error) : printError(error, output);
  }
}

function program(context: CommandContext): Command {
  const root = new Command('loadkit')
    .description(
      'Load-tests a service, watches the Redis, MySQL and Kafka behind it, judges what it saw, and writes the report.',
    )
    .version(context.project.version)
    .option('--no-color', 'no colours (also NO_COLOR)')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(see loadkit --help)')
    .exitOverride();
  for (const register of registrations) register(root, context);
  for (const command of root.commands) {
    command.exitOverride().showHelpAfterError(`(see loadkit ${command.name()} --help)`);
  }
  return root;
}

/** commander has printed the message; asking for help is no error. */
function usageExitCode(error: CommanderError): number {
  return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
}

function version(): string {
  const manifest: unknown = createRequire(import.meta.url)('../package.json');
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new Error('package.json of loadkit has no version');
}

/** `loadkit runs | head -1` closes our stdout early; that is no error. */
function ignoreClosedPipe({ out, err }: Output): void {
  for (const stream of [out, err]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve();
    else stream.write('', () => resolve());
  });
}
