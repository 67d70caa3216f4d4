import type { RunOptions } from '../config/run-options.ts';
import type { RunPlan, ServicePlan } from '../pipeline/plan-run.ts';
import { isSecretName, maskSecrets } from '../system/secret.ts';

interface PlanToRepeat {
  readonly scenario: RunPlan['scenario'];
  readonly service: Pick<ServicePlan, 'settings'> | null;
}

/** The command that repeats a run from its record: everything that shaped it, spelled out; secrets masked. */
export function repeatCommand(plan: PlanToRepeat, options: RunOptions): string[] {
  const { scenario, service } = plan;
  return [
    'loadkit',
    'run',
    scenario.foreign ? scenario.file : scenario.name,
    ...flag('--profile', options.profile),
    ...flag('--vus', options.vus),
    ...flag('--duration', options.duration),
    ...flag('--rate', options.rate),
    ...flag('--iterations', options.iterations),
    ...options.stages.flatMap((stage) => flag('--stage', stage)),
    ...(scenario.foreign ? [] : flag('--seed', String(options.seed ?? 1))),
    ...pairs('-e', userParameters(scenario.parameters)),
    ...pairs('--set', service?.settings ?? {}),
    ...pairs('--fixture', options.fixture),
    ...(options.stack === 'auto' ? [] : ['--stack', options.stack]),
    ...addresses(options).map(maskSecrets),
    ...flag('--service', options.service),
    ...options.allowHosts.flatMap((host) => flag('--allow-host', host)),
    ...(options.strict ? ['--strict'] : []),
    ...(options.k6Summary ? [] : ['--no-k6-summary']),
    ...(options.warmup ? [] : ['--no-warmup']),
  ];
}

/** The flags of the addresses that were given, with their credentials. */
export function addresses({ external: urls }: Pick<RunOptions, 'external'>): string[] {
  return [
    ...flag('--base-url', urls.baseUrl),
    ...flag('--redis-url', urls.redisUrl),
    ...flag('--mysql-url', urls.mysqlUrl),
    ...flag('--kafka-brokers', urls.kafkaBrokers?.join(',') ?? null),
    ...pairs('--metrics-url', urls.metricsUrls),
  ];
}

function flag(name: string, value: string | null): string[] {
  return value === null ? [] : [name, value];
}

/** A flag for each `KEY=VALUE`; secrets masked. */
export function pairs(name: string, table: Readonly<Record<string, string>>): string[] {
  return Object.entries(table).flatMap(([key, value]) => [name, `${key}=${isSecretName(key) ? '***' : value}`]);
}

/** Without the names that the options above stand for; secrets are masked in the record already. */
function userParameters(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !name.startsWith('LOADKIT_')));
}
