import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { parseExternalUrls } from '../config/external-urls.ts';
import { parseKeyValues } from '../config/key-value.ts';
import { duration, durationMs, seedNumber, wholeNumber } from '../config/quantity.ts';
import type { RunOptions } from '../config/run-options.ts';
import { stackProviders } from '../record/stack-provider.ts';
import type { CommandContext } from './context.ts';
import { parseComparedSetting } from './variant.ts';

interface RunFlags {
  profile?: string;
  vus?: number;
  duration?: string;
  rate?: number;
  iterations?: number;
  stage: string[];
  seed?: number;
  env: string[];
  set: string[];
  fixture: string[];
  compareSet?: string;
  repeats?: number;
  stack: RunOptions['stack'];
  baseUrl?: string;
  redisUrl?: string;
  mysqlUrl?: string;
  kafkaBrokers?: string;
  metricsUrl: string[];
  service?: string;
  allowHost: string[];
  strict?: true;
  k6Summary: boolean;
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
    .argument('<scenario...>', 'name of a scenario in scenarios/, or path of a k6 script')
    .addOption(
      new Option(
        '-p, --profile <name>',
        'smoke: a look, some seconds · load: fixed users (default) · open: fixed arrival rate ·\n' +
          'stress: steps until something breaks · spike: ten times the rate and back · soak: 30 min',
      ),
    )
    .option('-u, --vus <n>', 'virtual users', wholeNumber)
    .option('-d, --duration <time>', 'length of the load (stress: of each step), such as 30s or 1m30s', duration)
    .option(
      '--rate <n>',
      'iterations started per second (open, soak; the first step of stress; around a spike)',
      wholeNumber,
    )
    .option('-i, --iterations <n>', 'total number of iterations, shared by the users', wholeNumber)
    .option('-e, --env <KEY=VALUE>', 'environment of the script, as in k6 (repeatable)', collect, [])
    .option('--stage <time:target>', "k6's --stage, for scripts that are not ours (repeatable)", collect, [])
    .option('--seed <n>', 'seed of users, baskets and think times (default: 1)', seedNumber)
    .option('--set <KEY=VALUE>', 'setting of the service (repeatable)', collect, [])
    .option('--fixture <KEY=VALUE>', 'size of the fixture (repeatable)', collect, [])
    .option('--compare-set <NAME=a,b>', 'run with each value of a setting in turn (A B B A) and compare')
    .option('--repeats <n>', 'runs of each variant (default: 1, with --compare-set 2)', wholeNumber)
    .addOption(
      new Option('--stack <kind>', 'where the service and its stores come from')
        .choices(['auto', ...stackProviders])
        .default('auto'),
    )
    .option('--base-url <url>', "load somebody else's service; nothing of it is started, reset or deleted")
    .option('--redis-url <url>', 'watch this Redis, such as redis://127.0.0.1:6379')
    .option('--mysql-url <url>', 'watch this MySQL or MariaDB, such as mysql://user:password@127.0.0.1:3306/shop')
    .option('--kafka-brokers <list>', 'watch this Kafka: host:port, several with commas between')
    .option('--metrics-url <[name=]url>', 'watch this Prometheus text, under a name (repeatable)', collect, [])
    .option('--service <folder>', "folder of the service's loadkit.json, for a script that names none")
    .option('--allow-host <host>', 'let k6 reach this host beyond 127.0.0.1 (repeatable)', collect, [])
    .option('--strict', 'judge a script without options.ext.loadkit as strictly as our own')
    .option(
      '--no-k6-summary',
      'k6 keeps no samples, so that its memory does not grow with a long or fast load;\n' +
        "loadkit judges the script's thresholds from each second's histograms",
    )
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
  loadkit run order --profile stress         rising steps until a limit breaks
  loadkit run coupon --set ISSUE_STRATEGY=naive
  loadkit run coupon --compare-set ISSUE_STRATEGY=lua,lock
  loadkit run ./theirs.js --vus 10 --duration 30s
  loadkit run coupon --base-url http://127.0.0.1:8080 --redis-url redis://127.0.0.1:6379
Exit codes:
  0 pass · 2 usage · 93 not reachable · 94 incorrect data · 95 cannot be judged · 96 regression
  99 threshold broken · 100-110, 255 k6's own · 130 interrupted · 1 defect of loadkit`;

function decode(scenarios: string[], flags: RunFlags, context: CommandContext): RunOptions {
  const set = parseKeyValues('--set', flags.set);
  const compared = flags.compareSet === undefined ? null : parseComparedSetting(flags.compareSet, set);
  return {
    scenarios,
    profile: flags.profile ?? null,
    vus: text(flags.vus),
    duration: flags.duration ?? null,
    rate: text(flags.rate),
    iterations: text(flags.iterations),
    stages: flags.stage,
    seed: flags.seed ?? null,
    env: parseKeyValues('--env', flags.env),
    set,
    fixture: parseKeyValues('--fixture', flags.fixture),
    compared,
    repeats: flags.repeats ?? (compared === null ? 1 : 2),
    stack: flags.stack,
    external: parseExternalUrls(flags),
    service: flags.service === undefined ? null : resolve(context.cwd, flags.service),
    allowHosts: flags.allowHost,
    strict: flags.strict ?? false,
    install: flags.install,
    k6Summary: flags.k6Summary,
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
