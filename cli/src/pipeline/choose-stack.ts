import type { RunOptions } from '../config/run-options.ts';
import type { HeldStack, NoHeldStack } from '../stack/held-stack.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { ServicePlan } from './plan-run.ts';

/** What is known of this machine; each is asked only when the choice depends on it. */
export interface StackSurroundings {
  /** The `docker` program of an engine that answers with compose; else why not. */
  readonly docker: () => Promise<{ readonly file: string } | { readonly lacks: string }>;
  /** The stack that is up for this service and free; else why not. */
  readonly held: (service: ServicePlan) => Promise<HeldStack | NoHeldStack>;
  /** Hears why a stack that is up is not used, where another one is started instead. */
  readonly onPassedOver: (why: string) => void;
}

/** The choice, before the tools of a local stack are looked for. */
export type StackChoice =
  | { readonly provider: 'local' }
  | { readonly provider: 'docker'; readonly dockerFile: string }
  | { readonly provider: 'running'; readonly held: HeldStack }
  | { readonly provider: 'external' };

/**
 * `--stack auto`: external when URLs are given or no service is known, a stack that is up for the service, docker when an
 * engine answers, else local.
 *
 * @throws LoadkitError `stack-choice` (2) when the options contradict each other, (93) when what was asked for is not there
 */
export async function chooseStack(
  service: ServicePlan | null,
  options: Pick<RunOptions, 'stack' | 'external' | 'set' | 'fixture' | 'compared'>,
  { docker, held, onPassedOver }: StackSurroundings,
): Promise<StackChoice> {
  const given = givenUrls(options);
  const { stack } = options;
  if (given.length > 0 && stack !== 'auto' && stack !== 'external') {
    throw contradiction(
      `${given[0]} names somebody else's target, --stack ${stack} starts one`,
      'leave one of them out',
    );
  }
  if (service === null) {
    if (stack === 'auto' || stack === 'external') return { provider: 'external' };
    throw contradiction(
      `--stack ${stack}: the script does not say which service it loads, so that there is nothing to start`,
      "name the folder of the service's loadkit.json with --service, or leave --stack out",
    );
  }
  if (given.length > 0 || stack === 'external') return external(options);
  if (stack === 'local') return { provider: 'local' };
  // Each value of a setting wants a service of its own; a stack that is up has one of them at most.
  const mayBeHeld = options.compared === null;
  if (stack === 'running' && !mayBeHeld) {
    throw contradiction(
      '--compare-set starts a stack for each value, --stack running uses one',
      'leave one of them out',
    );
  }
  if (stack === 'running' || (stack === 'auto' && mayBeHeld)) {
    const found = await held(service);
    if (!('lacks' in found)) return { provider: 'running', held: found };
    if (stack === 'running') throw notHeld(found);
    if (found.why !== 'none') onPassedOver(found.lacks);
  }
  const engine = await docker();
  if ('file' in engine) return { provider: 'docker', dockerFile: engine.file };
  if (stack === 'docker') throw absent(engine.lacks, 'start the engine, or use --stack local');
  return { provider: 'local' };
}

/** The flags of the URLs that were given. */
function givenUrls({ external: urls }: Pick<RunOptions, 'external'>): string[] {
  return [
    ...(urls.baseUrl === null ? [] : ['--base-url']),
    ...(urls.redisUrl === null ? [] : ['--redis-url']),
    ...(urls.mysqlUrl === null ? [] : ['--mysql-url']),
    ...(urls.kafkaBrokers === null ? [] : ['--kafka-brokers']),
    ...(Object.keys(urls.metricsUrls).length === 0 ? [] : ['--metrics-url']),
  ];
}

function external(options: Pick<RunOptions, 'external' | 'set' | 'fixture'>): StackChoice {
  const { external: urls, set, fixture } = options;
  const changes = Object.keys(set).length > 0 ? 'set' : Object.keys(fixture).length > 0 ? 'fixture' : null;
  if (urls.baseUrl !== null && changes !== null) {
    throw contradiction(
      `--${changes} changes a service that loadkit starts, and --base-url names one that runs already`,
      'leave one of them out',
    );
  }
  if (urls.baseUrl !== null) return { provider: 'external' };
  throw new LoadkitError('stack-choice', '--base-url is missing: the address of the service that is to be loaded', {
    hint: 'for example --base-url http://127.0.0.1:8080; the other addresses only add what is watched',
    exitCode: exitCode.usage,
  });
}

function contradiction(message: string, hint: string): LoadkitError {
  return new LoadkitError('stack-choice', message, { hint, exitCode: exitCode.usage });
}

function notHeld({ lacks, why }: NoHeldStack): LoadkitError {
  if (why === 'none') return absent(lacks, 'loadkit stack up starts one');
  if (why === 'unusable')
    return absent(lacks, 'loadkit stack status tells more; without --stack running a run starts its own');
  return contradiction(lacks, 'loadkit stack down, then up with the settings of this run');
}

function absent(message: string, hint: string): LoadkitError {
  return new LoadkitError('stack-choice', message, { hint, exitCode: exitCode.unreachable });
}
