import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { namesTarget, parseExternalUrls } from '../config/external-urls.ts';
import { parseKeyValues } from '../config/key-value.ts';
import { duration, durationMs, seedNumber, wholeNumber } from '../config/quantity.ts';
import type { CommandContext } from './context.ts';
import type { DrillOptions } from './drill-options.ts';

interface DrillFlags {
  stack?: 'local' | 'running';
  baseUrl?: string;
  redisUrl?: string;
  mysqlUrl?: string;
  kafkaBrokers?: string;
  metricsUrl: string[];
  allowHost: string[];
  permit?: string;
  repeat: number;
  worst?: number;
  resume?: true;
  placebo: boolean;
  cleanup?: true;
  baseline: string;
  hold?: string;
  recover: string;
  rate?: number;
  latency: string;
  freshness: string;
  levelRules?: string;
  maxLevel?: DrillOptions['maxLevel'];
  estimate?: string;
  webhook?: string;
  mitigate?: string;
  env: string[];
  set: string[];
  fixture: string[];
  seed?: number;
  install: boolean;
  drainTimeout: string;
  reports: string;
  lang: 'ko' | 'en';
  quiet?: true;
  json?: true;
}

const collect = (value: string, all: string[]): string[] => [...all, value];

export function registerDrill(program: Command, context: CommandContext): void {
  const drill = program
    .command('drill')
    .summary('break something on purpose under load; measure how long until it is noticed and repaired')
    .description(
      'Starts the service with its stores, loads it at a fixed arrival rate, injects a fault, undoes it, and measures ' +
        'when the users felt it, when a detector that is told of nothing noticed, and when all was well again. The level ' +
        'follows from what was measured. A fault ends by itself after its longest time, also when loadkit is killed. A ' +
        'target that was not started for the drill is refused unless --permit names it.',
    )
    .argument('[fault...]', 'names of faults (loadkit drill list), or all')
    .option('--repeat <n>', 'each of them so many times; from five on the report gives medians', wholeNumber, 1)
    .option('--worst <n>', 'then the worst of each row of the report, until it was done so many times', wholeNumber)
    .option('--resume', 'go on with a batch that was stopped: the same command line, drills that are done are kept')
    .option('--no-placebo', 'leave out the drill without a fault that a batch begins with')
    .option('--cleanup', 'undo what a killed drill may have left behind, and say what was found')
    .option('--baseline <time>', 'load before the fault', duration, '20s')
    .option('--hold <time>', 'how long the fault stands (default: its own)', duration)
    .option('--recover <time>', 'load after the fault', duration, '30s')
    .option('--rate <n>', "arrivals per second (default: the fault's own, mostly 100)", wholeNumber)
    .option('--latency <time>', 'an answer that takes longer is a bad one to the detector', duration, '200ms')
    .option('--freshness <time>', 'how long work may wait before the detector alarms', duration, '10s')
    .option('--level-rules <file>', 'rules that turn damage into a level (default: the ones of loadkit)')
    .addOption(
      new Option('--max-level <level>', 'a worse level than this ends with 99').choices(['L1', 'L2', 'L3', 'absorbed']),
    )
    .option('--estimate <text>', 'what was expected, such as "MTTD=10s,MTTR=5m"; it stands beside the measurement')
    .option('--webhook <url>', "post alarms there in Slack's format")
    .option('--mitigate <command>', 'run this shell command at the first alarm while the fault stands')
    .addOption(
      new Option(
        '--stack <kind>',
        'where the service and its stores come from (default: local; running: a stack of loadkit stack up)',
      ).choices(['local', 'running']),
    )
    .option('--base-url <url>', "drill somebody else's service; nothing of it is started, reset or deleted")
    .option('--redis-url <url>', 'its Redis, such as redis://127.0.0.1:6379')
    .option('--mysql-url <url>', 'its MySQL or MariaDB, such as mysql://user:password@127.0.0.1:3306/shop')
    .option('--kafka-brokers <list>', 'its Kafka: host:port, several with commas between')
    .option('--metrics-url <[name=]url>', 'its Prometheus text, under a name (repeatable)', collect, [])
    .option('--allow-host <host>', 'let k6 and the drill reach this host beyond 127.0.0.1 (repeatable)', collect, [])
    .option('--permit <name>', 'the target that may be broken: host:port of --base-url, or the name of the stack')
    .option('-e, --env <KEY=VALUE>', 'environment of the script, as in k6 (repeatable)', collect, [])
    .option('--set <KEY=VALUE>', 'setting of the service (repeatable)', collect, [])
    .option('--fixture <KEY=VALUE>', 'size of the fixture (repeatable)', collect, [])
    .option('--seed <n>', 'seed of users and baskets (default: 1)', seedNumber)
    .option('--no-install', 'fail when a tool is missing instead of installing it')
    .option('--drain-timeout <time>', 'how long to wait for the backlog after the load', duration, '60s')
    .option('--reports <folder>', 'where the run folders are made', 'reports')
    .addOption(new Option('--lang <lang>', 'language of the report').choices(['ko', 'en']).default('ko'))
    .option('-q, --quiet', 'no progress')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', examples)
    .action(async (faults: string[], flags: DrillFlags) => {
      if (flags.cleanup === true) {
        const { cleanUpDrills } = await import('./drill-cleanup.ts');
        context.finish(await cleanUpDrills(context));
        return;
      }
      const { runDrills } = await import('./run-drills.ts');
      context.finish(await runDrills(decode(faults, flags, context), context));
    });
  drill
    .command('list')
    .summary('list the faults')
    .description('Lists the faults with the row of the report that each measures.')
    .option('--json', 'print the list as JSON')
    .action(async (_flags: object, list: Command) => {
      const { printFaults } = await import('./drill-list.ts');
      // The option of the same name of `drill` takes it, wherever it stands.
      const { json = false } = list.optsWithGlobals<{ json?: true }>();
      context.finish(printFaults({ json }, context.output));
    });
  registerPrograms(drill, context);
}

/** What a drill starts beside itself. */
function registerPrograms(drill: Command, context: CommandContext): void {
  drill
    .command('inject', { hidden: true })
    .requiredOption('--order <file>')
    .action(async ({ order }: { order: string }) => {
      const { runInjector } = await import('../faults/injector.ts');
      context.finish(await runInjector(order, process.stdout));
    });
  drill
    .command('detect', { hidden: true })
    .requiredOption('--order <file>')
    .action(async ({ order }: { order: string }) => {
      const { runDetector } = await import('../detect/detector.ts');
      context.finish(await runDetector(order, process.stdout));
    });
  drill
    .command('undo', { hidden: true })
    .requiredOption('--journal <file>')
    .action(async ({ journal }: { journal: string }) => {
      const { undoJournal } = await import('../faults/undo.ts');
      await undoJournal(journal);
    });
}

const examples = `
Examples:
  loadkit drill list
  loadkit drill lock-orphan                   a lock that nobody gives back
  loadkit drill redis-black-hole --hold 20s --rate 200
  loadkit drill lock-orphan lock-orphan-expiring   a fault, and the same with its mitigation
  loadkit drill redis-stall --hold 30s --mitigate ./runbook/failover.sh   what your own response gains
  loadkit drill all --worst 5                 every fault once, and the four that did most until each was done five times
  loadkit drill all --repeat 5 --resume       hours; goes on where it was stopped
  loadkit report <run> <drill> <drill>        joins a load run and its drills
  loadkit drill row-held --stack running --permit coupon-order
  loadkit drill redis-stall --base-url http://127.0.0.1:8080 --redis-url redis://127.0.0.1:6379 \\
      --permit 127.0.0.1:8080
  loadkit drill --cleanup
Exit codes:
  0 measured, whatever the level · 2 usage, refused, or another drill is running · 93 not reachable, or not injected
  95 cannot be judged (an alarm in the placebo, a bad baseline, no effect) · 99 worse than --max-level
  130 interrupted · 1 defect of loadkit`;

function decode(faults: string[], flags: DrillFlags, context: CommandContext): DrillOptions {
  const path = (name: string | undefined) => (name === undefined ? null : resolve(context.cwd, name));
  const external = parseExternalUrls(flags);
  return {
    faults,
    stack: flags.stack ?? (namesTarget(external) ? 'external' : 'local'),
    external,
    allowHosts: flags.allowHost,
    permit: flags.permit ?? null,
    repeat: flags.repeat,
    worst: flags.worst ?? null,
    resume: flags.resume ?? false,
    placebo: flags.placebo,
    baselineMs: durationMs(flags.baseline),
    holdMs: flags.hold === undefined ? null : durationMs(flags.hold),
    recoverMs: durationMs(flags.recover),
    rate: flags.rate ?? null,
    latencyMs: durationMs(flags.latency),
    freshnessMs: durationMs(flags.freshness),
    levelRules: path(flags.levelRules),
    maxLevel: flags.maxLevel ?? null,
    estimate: flags.estimate ?? null,
    webhook: flags.webhook ?? null,
    mitigate: flags.mitigate ?? null,
    env: parseKeyValues('--env', flags.env),
    set: parseKeyValues('--set', flags.set),
    fixture: parseKeyValues('--fixture', flags.fixture),
    seed: flags.seed ?? null,
    install: flags.install,
    drainLimitMs: durationMs(flags.drainTimeout),
    reportsFolder: resolve(context.cwd, flags.reports),
    lang: flags.lang,
    quiet: flags.quiet ?? false,
    json: flags.json ?? false,
  };
}
