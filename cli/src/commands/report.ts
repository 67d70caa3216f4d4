import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { CommandContext } from './context.ts';

interface ReportFlags {
  reports: string;
  output?: string;
  format: 'md' | 'html' | 'all';
  lang: 'ko' | 'en';
}

export function registerReport(program: Command, context: CommandContext): void {
  program
    .command('report')
    .summary('make the reports of a run again')
    .description(
      'Makes report.md and report.html again from the record alone; nothing is measured.\n' +
        'Several runs become the columns of one report, in a folder of its own.',
    )
    .argument('[run...]', 'run ids, or "latest"', ['latest'])
    .option('--reports <folder>', 'where the run folders are', 'reports')
    .option('-o, --output <folder>', 'where the report is written (default: the run folder)')
    .addOption(new Option('--format <format>', 'which report').choices(['md', 'html', 'all']).default('all'))
    .addOption(new Option('--lang <lang>', 'language').choices(['ko', 'en']).default('ko'))
    .addHelpText(
      'after',
      '\nExamples:\n  loadkit report\n  loadkit report latest --lang en\n  loadkit report 20261124-093015-coupon-x7k2 20261124-093140-order-p3c9',
    )
    .action(async (runs: string[], flags: ReportFlags) => {
      const { reportRuns } = await import('./report-runs.ts');
      context.finish(
        await reportRuns(
          {
            runs,
            reportsFolder: resolve(context.cwd, flags.reports),
            outputFolder: flags.output === undefined ? null : resolve(context.cwd, flags.output),
            formats: flags.format === 'all' ? ['md', 'html'] : [flags.format],
            lang: flags.lang,
          },
          context,
        ),
      );
    });
}
