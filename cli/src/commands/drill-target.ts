import { namesTarget } from '../config/external-urls.ts';
import type { Fault } from '../faults/fault.ts';
import { checkHost, resolveAllowedHosts } from '../load/allowed-host.ts';
import type { StackChoice } from '../pipeline/choose-stack.ts';
import { hostPort } from '../stack/external-store.ts';
import type { HeldState, UpState } from '../stack/held-state.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { DrillOptions } from './drill-options.ts';

type TargetOptions = Pick<DrillOptions, 'stack' | 'external' | 'allowHosts' | 'permit'>;

/** True for a target that is not started for the drill. */
export function isForeign({ stack }: Pick<DrillOptions, 'stack'>): boolean {
  return stack !== 'local';
}

/** The address of somebody else's service, or where the stack comes from: what a batch is gone on with only under the same. */
export function targetOf({ stack, external }: TargetOptions): string {
  return external.baseUrl === null ? stack : nameOf(external.baseUrl);
}

/** Whether the fault can be injected there; else what it lacks, as the end of a sentence. */
export function lackOf(fault: Fault, { stack }: Pick<DrillOptions, 'stack'>): string | null {
  const { proxies, restarts, touches } = fault;
  if (stack === 'local' || touches === 'stores' || (touches === 'processes' && stack === 'running')) return null;
  if (proxies.length > 0) return `it needs a proxy before ${proxies.join(', ')}`;
  if (restarts !== undefined) return `it needs a stack that starts ${restarts.join(', ')} again`;
  if (touches === 'processes') return 'it needs a process that loadkit started';
  return 'it needs a service that is started for it';
}

/**
 * What can be told of a target before anything is started.
 *
 * @param held the stacks of this user that are up
 * @throws LoadkitError `drill-refused`, `drill-target`, `stack-choice` or `base-url-refused` (2), `host-unknown` (93)
 */
export async function checkTarget(
  wanted: readonly Fault[],
  options: TargetOptions,
  held: readonly HeldState[],
): Promise<void> {
  const { stack, permit, external } = options;
  if (stack !== 'external' && namesTarget(external)) {
    throw refused(
      'stack-choice',
      `the addresses are of a target that runs already, --stack ${stack} names another one`,
      oneOf,
    );
  }
  if (!isForeign(options)) {
    if (permit === null) return;
    throw refused('drill-target', '--permit names a target, and this drill starts a stack of its own', 'leave it out');
  }
  const unfit = wanted.flatMap((fault) => {
    const lack = lackOf(fault, options);
    return lack === null ? [] : [`${fault.id} cannot be injected into ${described(options)}: ${lack}`];
  });
  if (unfit.length > 0) {
    throw refused('drill-target', unfit.join('\n'), 'into a stack that the drill starts, every fault can be injected');
  }
  if (stack === 'running') return checkPermit(wanted, permit, held.flatMap(heldTarget));
  if (external.baseUrl === null) {
    const hint = 'for example --base-url http://127.0.0.1:8080';
    throw refused('stack-choice', '--base-url is missing: the address of the service that is to be drilled', hint);
  }
  checkPermit(wanted, permit, [{ what: external.baseUrl, names: [nameOf(external.baseUrl)] }]);
  await checkHosts(options);
}

/** What was set of the service of the permitted stack that is up; nothing of any other target. */
export function settingsThere({ stack, permit }: TargetOptions, held: readonly HeldState[]): Record<string, string> {
  const isMeant = (state: HeldState): state is UpState =>
    state.status === 'up' && heldTarget(state).some(({ names }) => permit !== null && names.includes(permit));
  return stack === 'running' ? { ...held.find(isMeant)?.set } : {};
}

/**
 * The same for the stack that was chosen of those that are up.
 *
 * @throws LoadkitError `drill-refused` (2)
 */
export function checkHeldPermit(wanted: readonly Fault[], { permit }: TargetOptions, choice: StackChoice): void {
  if (choice.provider === 'running') checkPermit(wanted, permit, heldTarget(choice.held.state));
}

const oneOf = 'leave one of them out';

interface Target {
  /** For people. */
  readonly what: string;
  /** Each of which permits it; the first one is asked for. */
  readonly names: readonly string[];
}

function heldTarget(state: HeldState): Target[] {
  if (state.status !== 'up') return [];
  const { name, endpoints } = state;
  const address = endpoints.baseUrl === null ? [] : [nameOf(endpoints.baseUrl)];
  return [
    {
      what: ['the stack', name, 'that is up', ...address.map((one) => `at ${one}`)].join(' '),
      names: [name, ...address],
    },
  ];
}

/** Without a target nothing is refused: whoever chooses the stack says that there is none. */
function checkPermit(wanted: readonly Fault[], permit: string | null, targets: readonly Target[]): void {
  if (targets.length === 0 || targets.some(({ names }) => permit !== null && names.includes(permit))) return;
  const what = targets.map((target) => target.what).join(', ');
  const why = permit === null ? `${what} was not started for this drill` : `--permit ${permit} does not name ${what}`;
  const broken = wanted.map(({ id, about }) => `  ${id}: ${about}`).join('\n');
  const wanting = targets.map(({ names }) => `--permit ${names[0] ?? ''}`).join(' or ');
  throw refused(
    'drill-refused',
    `${why}. It would be loaded, and this would be done to it:\n${broken}`,
    `with the permission of whoever runs it: ${wanting}`,
  );
}

/** A drill reaches farther than a load: what it breaks may be on another machine than the service. */
async function checkHosts({ external, allowHosts }: TargetOptions): Promise<void> {
  const allowed = await resolveAllowedHosts(allowHosts);
  const { baseUrl, redisUrl, mysqlUrl, kafkaBrokers } = external;
  const named: ReadonlyArray<readonly [flag: string, url: string]> = [
    ...(baseUrl === null ? [] : [['--base-url', baseUrl] as const]),
    ...(redisUrl === null ? [] : [['--redis-url', redisUrl] as const]),
    ...(mysqlUrl === null ? [] : [['--mysql-url', mysqlUrl] as const]),
    ...(kafkaBrokers ?? []).map((broker) => ['--kafka-brokers', `kafka://${broker}`] as const),
  ];
  for (const [flag, url] of named) await checkHost(flag, url, 'and a drill breaks what is on 127.0.0.1 only', allowed);
}

function described({ stack, external }: TargetOptions): string {
  return (
    external.baseUrl ?? (stack === 'running' ? 'a stack that loadkit stack up holds' : 'a service that runs already')
  );
}

function nameOf(baseUrl: string): string {
  return hostPort(baseUrl, baseUrl.startsWith('https:') ? 443 : 80);
}

function refused(code: string, message: string, hint: string): LoadkitError {
  return new LoadkitError(code, message, { hint, exitCode: exitCode.usage });
}
