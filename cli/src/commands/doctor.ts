import type { Command } from 'commander';
import type { CommandContext } from './context.ts';

export function registerDoctor(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .summary('list the tools a run needs: found, good enough, what to do')
    .description(
      'Looks for k6, Redis, MySQL or MariaDB, Kafka with its Java, Toxiproxy and Docker: an explicit setting, then the PATH,\n' +
        "then loadkit's cache. Changes nothing. Exits with 93 when a tool is missing that loadkit cannot install.",
    )
    .option('--json', 'print the list as JSON')
    .action(async (flags: { json?: true }) => {
      const { printDoctor } = await import('./doctor-table.ts');
      context.finish(await printDoctor({ json: flags.json ?? false }, context));
    });
}
