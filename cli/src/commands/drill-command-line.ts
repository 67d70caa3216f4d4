import type { Fault } from '../faults/fault.ts';
import { maskSecrets } from '../system/secret.ts';
import { type DrillOptions, holdOf, rateOf } from './drill-options.ts';
import { addresses, pairs } from './repeat-command.ts';

/** The command that repeats one drill from its record; secrets masked. */
export function drillCommandLine(fault: Fault, options: DrillOptions): string[] {
  const seconds = (ms: number) => `${ms / 1_000}s`;
  return [
    ...['loadkit', 'drill', fault.id],
    ...['--rate', String(rateOf(fault, options)), '--baseline', seconds(options.baselineMs)],
    ...['--hold', seconds(holdOf(fault, options)), '--recover', seconds(options.recoverMs)],
    ...['--latency', seconds(options.latencyMs), '--freshness', seconds(options.freshnessMs)],
    ...(options.mitigate === null ? [] : ['--mitigate', maskSecrets(options.mitigate)]),
    ...(options.seed === null ? [] : ['--seed', String(options.seed)]),
    ...pairs('-e', options.env),
    ...pairs('--set', options.set),
    ...pairs('--fixture', options.fixture),
    ...(options.stack === 'running' ? ['--stack', 'running'] : addresses(options).map(maskSecrets)),
    ...options.allowHosts.flatMap((host) => ['--allow-host', host]),
    ...(options.permit === null ? [] : ['--permit', options.permit]),
  ];
}
