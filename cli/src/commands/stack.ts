import { type Command, Option } from 'commander';
import type { CommandContext } from './context.ts';
import type { DownFlags, UpFlags } from './stack-flags.ts';

const collect = (value: string, all: string[]): string[] => [...all, value];
const serviceHelp = "folder of the service's loadkit.json (default: this folder, else loadkit's own service)";

export function registerStack(program: Command, context: CommandContext): void {
  const stack = program
    .command('stack')
    .summary('keep a service and its stores up: up, status, down')
    .description(
      'Keeps a service with its Redis, MySQL and Kafka up between runs. `loadkit run` uses a stack that is up for its ' +
        'service and free, puts the fixture back before each load, and ends nothing of it.',
    )
    .addHelpText('after', examples);
  registerUp(stack, context);
  stack
    .command('status')
    .summary('list the stacks that are up')
    .description(
      'Lists the stacks that are up, with their addresses (passwords masked), processes, and who uses them. ' +
        'Exits with 0 when at least one is up and nothing of them has died, else with 93.',
    )
    .option('--json', 'print the list as JSON')
    .action(async (flags: { json?: true }) => {
      const { printStackStatus } = await import('./stack-status.ts');
      context.finish(await printStackStatus({ json: flags.json ?? false }, context));
    });
  stack
    .command('down')
    .summary('end a stack that is up')
    .description(
      'Ends the stack that is up and waits until nothing of it is left. With none up there is nothing to do.',
    )
    .option('--service <folder>', 'the stack of this service, where several are up')
    .option('--all', 'all of them')
    .option('--force', 'though a run is using it')
    .action(async (flags: DownFlags) => {
      const { bringDown } = await import('./stack-down.ts');
      context.finish(await bringDown(flags, context));
    });
  stack.command('keep', { hidden: true }).action(async () => {
    const { keepForParent } = await import('./stack-keeper-program.ts');
    context.finish(await keepForParent(context));
  });
}

function registerUp(stack: Command, context: CommandContext): void {
  stack
    .command('up')
    .summary('start a stack that stays')
    .description(
      'Starts the service with its stores on 127.0.0.1 and leaves them up. Prints their addresses as lines for a shell; ' +
        'the lines hold passwords. A stack that is up already is left as it is; with other settings that is an error.',
    )
    .option('--service <folder>', serviceHelp)
    .option('--set <KEY=VALUE>', 'setting of the service (repeatable)', collect, [])
    .option('--fixture <KEY=VALUE>', 'size of the fixture (repeatable)', collect, [])
    .addOption(
      new Option('--stack <kind>', 'where the stores come from').choices(['auto', 'local', 'docker']).default('auto'),
    )
    .option('--foreground', 'stay in this terminal; Ctrl-C ends the stack')
    .option('--export', 'print nothing but the export lines')
    .option('--no-install', 'fail when a tool is missing instead of installing it')
    .option('-q, --quiet', 'no progress')
    .action(async (flags: UpFlags) => {
      const { bringUp } = await import('./stack-up.ts');
      context.finish(await bringUp(flags, context));
    });
}

const examples = `
Examples:
  loadkit stack up                            loadkit's own coupon and order service
  loadkit run coupon                          uses it
  loadkit stack up --service ./shop --set MODE=fast --fixture USERS=500
  eval "$(loadkit stack up --export)"         sets BASE_URL, REDIS_URL, MYSQL_URL, KAFKA_BROKERS,
                                              API_METRICS_URL, … in this shell
  loadkit stack status --json
  loadkit stack down
Exit codes:
  0 done, or there was nothing to do · 2 usage, in use, or up with other settings
  93 not up, or not whole · 130 interrupted`;
