import type { Command } from 'commander';
import type { CommandContext } from './context.ts';

export function registerSetup(program: Command, context: CommandContext): void {
  program
    .command('setup')
    .summary('install the tools that are missing, into the cache')
    .description(
      'Installs k6, Redis, MariaDB and Kafka where they are missing, and Toxiproxy for drills where it can be built.\n' +
        "Everything goes into loadkit's cache folder ($XDG_CACHE_HOME/loadkit, ~/.cache/loadkit): no root rights, no\n" +
        'system package, no service.',
    )
    .action(async () => {
      const { setUp } = await import('./setup-tools.ts');
      context.finish(await setUp(context));
    });
}
