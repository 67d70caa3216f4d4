import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CommandContext } from './context.ts';

interface RunsFlags {
  reports: string;
  json?: true;
}

export function registerRuns(program: Command, context: CommandContext): void {
  program
    .command('runs')
    .summary('list the runs that were recorded')
    .description('Lists the runs below reports/, the newest first.')
    .option('--reports <folder>', 'where the run folders are', 'reports')
    .option('--json', 'print the list as JSON')
    .action(async (flags: RunsFlags) => {
      const { listRecordedRuns } = await import('./run-list.ts');
      context.finish(
        await listRecordedRuns(
          { reportsFolder: resolve(context.cwd, flags.reports), json: flags.json ?? false },
          context,
        ),
      );
    });
}
