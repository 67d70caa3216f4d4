import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { CommandContext } from './context.ts';
import { parseFormats } from './report-format.ts';

interface ReportFlags {
  reports: string;
  drills?: string;
  output?: string;
  format: string;
  lang: 'ko' | 'en';
  open?: true;
}

export function registerReport(program: Command, context: CommandContext): void {
  program
    .command('report')
    .summary('make the reports of a run again')
    .description(
      'Makes the reports of a run again from its record alone; nothing is measured. Prints the paths of what it wrote.\n' +
        'Several runs become the columns of one report, in a folder of its own. Drills beside a load fill its section of\n' +
        'failures, and stand in a document of their own beside it (drills.md, drills.html); a drill alone has an incident\n' +
        'report (incident.md, incident.html).',
    )
    .argument('[run...]', 'run ids, beginnings of them, or "latest" (default: "latest", with --drills none)')
    .option('--reports <folder>', 'where the run folders are', 'reports')
    .option('--drills <folder>', 'join all finished drills of the batch in that reports folder (its drills.json)')
    .option(
      '-o, --output <folder>',
      'where the report is written (default: the run folder); - prints one format to stdout',
    )
    .option(
      '--format <list>',
      'with commas between: md (report.md and charts/), html (report.html), json (report.json),\n' +
        'junit (junit.xml), summary (summary.txt, one line); or all',
      'all',
    )
    .addOption(new Option('--lang <lang>', 'language').choices(['ko', 'en']).default('ko'))
    .option('--open', 'open the page in the browser')
    .addHelpText('after', examples)
    .action(async (runs: string[], flags: ReportFlags) => {
      const formats = parseFormats(flags.format);
      const toStdout = flags.output === '-';
      const { reportRuns } = await import('./report-runs.ts');
      context.finish(
        await reportRuns(
          {
            runs: runs.length === 0 && flags.drills === undefined ? ['latest'] : runs,
            reportsFolder: resolve(context.cwd, flags.reports),
            drillsFolder: flags.drills === undefined ? null : resolve(context.cwd, flags.drills),
            outputFolder: flags.output === undefined || toStdout ? null : resolve(context.cwd, flags.output),
            toStdout,
            formats,
            lang: flags.lang,
            open: flags.open ?? false,
          },
          context,
        ),
      );
    });
}

const examples = `
Examples:
  loadkit report                             the newest run, every format
  loadkit report latest --lang en --open
  loadkit report latest --format json --output - | jq '.runs[].verdict'
  loadkit report latest --format md,junit --output build/load
  loadkit report 20261124-093015-coupon-x7k2 20261124-093140-order-p3c9
  loadkit report latest --drills reports/drills      a load, and every drill of a batch
  loadkit report --drills reports/drills             the batch alone`;
