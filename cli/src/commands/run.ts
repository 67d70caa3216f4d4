import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { parseKeyValues, parseScriptEnvironment } from '../config/key-value.ts';
import { duration, durationMs, seedNumber, wholeNumber } from '../config/quantity.ts';
import type { RunOptions } from '../config/run-options.ts';
import type { CommandContext } from './context.ts';

interface RunFlags {
  profile?: string;
  vus?: number;
  duration?: string;
  rate?: number;
  iterations?: number;
  seed: number;
  env: string[];
  set: string[];
  fixture: string[];
  install: boolean;
  warmup: boolean;
  drainTimeout: string;
  reports: string;
  lang: 'ko' | 'en';
  quiet?: true;
  json?: true;
  dryRun?: true;
}

const collect = (value: string, all: string[]): string[] => [...all, value];

export function registerRun(program: Command, context: CommandContext): void {
  program
    .command('run')
    .summary('load-test a scenario, judge it, write the report')
    .description(
      'Starts the service with its Redis, MySQL and Kafka, loads it with k6, watches every part each second,\n' +
        'judges the run and writes a record and a report below reports/. Several scenarios run one after the other.',
    )
    .argument('<scenario...>', 'name of a scenario in scenarios/')
    .addOption(
      new Option('-p, --profile <name>', 'smoke: a look, some seconds · load: fixed users · open: fixed arrival rate'),
    )
    .option('-u, --vus <n>', 'virtual users', wholeNumber)
    .option('-d, --duration <time>', 'length of the load, such as 30s or 1m30s', duration)
    .option('--rate <n>', 'iterations started per second (profile open)', wholeNumber)
    .option('-i, --iterations <n>', 'total number of iterations, shared by the users', wholeNumber)
    .option('-e, --env <KEY=VALUE>', 'environment of the script, as in k6 (repeatable)', collect, [])
    .option('--seed <n>', 'seed of users, baskets and think times', seedNumber, 1)
    .option('--set <KEY=VALUE>', 'setting of the service (repeatable)', collect, [])
    .option('--fixture <KEY=VALUE>', 'size of the fixture (repeatable)', collect, [])
    .option('--no-install', 'fail when a tool is missing instead of installing it')
    .option('--no-warmup', 'measure from the first request on')
    .option('--drain-timeout <time>', 'how long to wait for the backlog after the load', duration, '60s')
    .option('--reports <folder>', 'where the run folders are made', 'reports')
    .addOption(new Option('--lang <lang>', 'language of the report').choices(['ko', 'en']).default('ko'))
    .option('-q, --quiet', 'no progress')
    .option('--json', 'print the result as JSON')
    .option('--dry-run', 'show what would be installed, started and sent, and for how long; do nothing')
    .addHelpText('after', examples)
    .action(async (scenarios: string[], flags: RunFlags) => {
      const { runScenarios } = await import('./run-scenarios.ts');
      context.finish(await runScenarios(decode(scenarios, flags, context), context));
    });
}

const examples = `
Examples:
  loadkit run coupon                         100 users for 60 s, as in the reference report
  loadkit run coupon order                   one after the other, one report with two columns
  loadkit run order --profile open --rate 300 --duration 30s
  loadkit run coupon --set ISSUE_STRATEGY=naive
Exit codes:
  0 pass · 2 usage · 93 not reachable · 94 incorrect data · 95 cannot be judged · 96 regression
  99 threshold broken · 100-110, 255 k6's own · 130 interrupted · 1 defect of loadkit`;

function decode(scenarios: string[], flags: RunFlags, context: CommandContext): RunOptions {
  return {
    scenarios,
    profile: flags.profile ?? null,
    vus: text(flags.vus),
    duration: flags.duration ?? null,
    rate: text(flags.rate),
    iterations: text(flags.iterations),
    seed: flags.seed,
    env: parseScriptEnvironment(flags.env),
    set: parseKeyValues('--set', flags.set),
    fixture: parseKeyValues('--fixture', flags.fixture),
    install: flags.install,
    warmup: flags.warmup,
    drainLimitMs: durationMs(flags.drainTimeout),
    reportsFolder: resolve(context.cwd, flags.reports),
    lang: flags.lang,
    quiet: flags.quiet ?? false,
    json: flags.json ?? false,
    dryRun: flags.dryRun ?? false,
  };
}

function text(value: number | undefined): string | null {
  return value === undefined ? null : String(value);
}
