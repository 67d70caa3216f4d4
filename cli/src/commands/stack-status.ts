import { askStatus } from '../stack/held-line.ts';
import type { Living } from '../stack/held-protocol.ts';
import { localTime } from '../stack/held-stack.ts';
import { type HeldState, readStacks } from '../stack/held-state.ts';
import { messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { isSecretName, maskSecrets } from '../system/secret.ts';
import type { CommandContext } from './context.ts';

/** A stack as its keeper and its file describe it. */
interface SeenStack {
  readonly state: HeldState;
  readonly health: 'healthy' | 'broken' | 'silent' | 'starting';
  readonly living: Living | null;
  readonly takenBy: number | null;
  /** Why it is not healthy. */
  readonly trouble: string | null;
}

/** `loadkit stack status`: 0 when at least one is up and nothing of them has died, else 93. */
export async function printStackStatus({ json }: { readonly json: boolean }, context: CommandContext): Promise<number> {
  const { environment, output } = context;
  const stacks = await Promise.all((await readStacks(environment.cacheFolder)).map(look));
  if (json) output.out.write(`${JSON.stringify(stacks.map(asJson), null, 2)}\n`);
  else if (stacks.length === 0) output.out.write('no stack is up; loadkit stack up starts one\n');
  else for (const line of stacks.flatMap(asText)) output.out.write(`${line}\n`);
  const allWell = stacks.length > 0 && stacks.every(({ health }) => health === 'healthy');
  return allWell ? exitCode.ok : exitCode.unreachable;
}

async function look(state: HeldState): Promise<SeenStack> {
  const nobody = { state, living: null, takenBy: null };
  if (state.status === 'starting') return { ...nobody, health: 'starting', trouble: null };
  try {
    const { living, takenBy } = await askStatus(state.socket);
    const { missing } = living;
    if (missing.length === 0) return { state, living, takenBy, health: 'healthy', trouble: null };
    return { state, living, takenBy, health: 'broken', trouble: `not running: ${missing.join(', ')}` };
  } catch (error) {
    return { ...nobody, health: 'silent', trouble: `the keeper does not answer: ${messageOf(error)}` };
  }
}

function asText({ state, health, living, takenBy, trouble }: SeenStack): string[] {
  const { name, since, keeper, manifestFolder, logFolder } = state;
  const head = `${name}: ${health}, up since ${localTime(since)}, kept by process ${keeper.pid}`;
  const row = (title: string, text: string): string => `  ${title.padEnd(9)} ${text}`;
  const common = [row('service', manifestFolder), row('logs', logFolder)];
  if (state.status === 'starting') return [head, ...common];
  const { endpoints, provider, set } = state;
  const addresses = {
    base: endpoints.baseUrl,
    redis: endpoints.redisUrl,
    mysql: endpoints.mysqlUrl,
    kafka: endpoints.kafkaBrokers?.join(',') ?? null,
  };
  const settings = Object.entries(withoutSecrets(set)).map(([key, value]) => `${key}=${value}`);
  const processes = living?.processes.map((process) => `${process.name} ${process.pid}`) ?? [];
  const containers = living?.containers.map((container) => `${container.name} ${container.id.slice(0, 12)}`) ?? [];
  return [
    `${head} (${provider}, ${takenBy === null ? 'free' : `in use by process ${takenBy}`})`,
    ...(trouble === null ? [] : [row('TROUBLE', trouble)]),
    ...Object.entries(addresses).flatMap(([title, url]) => (url === null ? [] : [row(title, maskSecrets(url))])),
    ...Object.entries(endpoints.metricsUrls).map(([process, url]) => row('metrics', `${process} ${maskSecrets(url)}`)),
    ...(processes.length === 0 ? [] : [row('pids', processes.join(', '))]),
    ...(containers.length === 0 ? [] : [row('engine', containers.join(', '))]),
    row('settings', settings.join(' ') || 'defaults'),
    ...common,
  ];
}

function asJson({ state, health, living, takenBy, trouble }: SeenStack) {
  const { name, since, keeper, manifestFolder, logFolder } = state;
  return {
    name,
    health,
    trouble,
    since: new Date(since).toISOString(),
    keeper: keeper.pid,
    manifestFolder,
    logFolder,
    ...(state.status === 'starting'
      ? {}
      : {
          provider: state.provider,
          endpoints: {
            ...state.endpoints,
            redisUrl: masked(state.endpoints.redisUrl),
            mysqlUrl: masked(state.endpoints.mysqlUrl),
          },
          set: withoutSecrets(state.set),
          fixture: state.fixture,
          takenBy,
          processes: living?.processes ?? [],
          containers: living?.containers ?? [],
          missing: living?.missing ?? [],
        }),
  };
}

function masked(url: string | null): string | null {
  return url === null ? null : maskSecrets(url);
}

function withoutSecrets(set: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(set).map(([name, value]) => [name, isSecretName(name) ? '***' : value]));
}
