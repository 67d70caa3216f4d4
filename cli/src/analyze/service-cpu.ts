import { parseMetricKey } from '../record/metric-key.ts';
import type { Host, Load } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { isOfService } from '../record/service-process.ts';
import { quantile } from '../stats/quantile.ts';
import type { Analyzer } from './analyzer.ts';
import { keysOf } from './signal.ts';
import { commonLack, type Evidence, insufficient, ok, problem, type Symptom } from './symptom.ts';
import { valuesIn, type Watch, watch, worstSeconds } from './watch.ts';

/**
 * CPU of the service's processes against what one process can use, and of the machine as a whole.
 *
 * - `one-core`: a Node.js process runs its code in one thread, so one core is all that it gets (measured at its ceiling:
 *   1.01 cores; beside strangers that filled the machine 0.79, and the rest of the second it waited for a processor).
 * - `all-cores`: another process used nearly all processors.
 * - `host-full`, `host-full-others`: the machine was full for a third of the load and five seconds at least; who used it,
 *   a process of this run or something else.
 */
const ceiling = 0.9;
const sharedCeiling = 0.7;
const hostFull = 0.95;
const fullShare = 1 / 3;
const leastFullSeconds = 5;

const id = 'service-cpu';
const hostBusy = 'host_cpu_busy_cores';
const cpuName = 'process_cpu_cores';

export const serviceCpu = {
  id,
  requires: ['load', 'host', 'series'],
  analyze: ({ load, host, series }) => {
    const services = serviceWatches(series, load).sort((a, b) => usedShare(b) - usedShare(a));
    const whole = host.shared && series.points.has(hostBusy) ? watch(series, hostBusy, load) : null;
    const full = whole === null ? null : fullHost(whole, host, series, load);
    const symptoms = [...services.flatMap((one) => ceilingOf(one, host) ?? []), ...(full === null ? [] : [full])];
    const found = problem(id, symptoms);
    if (found !== null) return found;
    const evidence = [
      ...services.flatMap(({ cpu, limit }) => cpuEvidence(cpu, limit)),
      ...(whole === null ? [] : cpuEvidence(whole, host.cpuCount)),
    ];
    const lack = commonLack(services.map(({ cpu }) => cpu.lack));
    const [busiest] = services;
    if (lack !== null || busiest === undefined) return insufficient(id, lack ?? 'not-watched', evidence);
    const { process, cpu } = busiest;
    return ok(id, evidence, { process, cpuCores: worstSeconds(cpu)?.value ?? 0 });
  },
} as const satisfies Analyzer<'load' | 'host' | 'series'>;

interface ServiceWatch {
  readonly process: string;
  readonly cpu: Watch;
  readonly wait: Watch | null;
  readonly isNode: boolean;
  readonly limit: number;
}

/** From the operating system, else what the process says of itself. */
function serviceWatches(series: Series, load: Load): ServiceWatch[] {
  const bySystem = keysOf(series, cpuName).filter((key) => isOfService(processOf(key)));
  const seen = new Set(bySystem.map(processOf));
  const bySelf = keysOf(series, 'process_cpu_seconds_total').filter((key) => !seen.has(processOf(key)));
  return [...bySystem, ...bySelf].map((key) => {
    const process = processOf(key);
    const isNode = [...series.points.keys()].some(
      (other) => other.startsWith('nodejs_') && parseMetricKey(other).tags.process === process,
    );
    const [waitKey] = keysOf(series, 'process_cpu_wait_cores', { process });
    const wait = waitKey === undefined ? null : watch(series, waitKey, load);
    return { process, cpu: watch(series, key, load), wait, isNode, limit: isNode ? 1 : Number.POSITIVE_INFINITY };
  });
}

function processOf(key: string): string {
  return parseMetricKey(key).tags.process ?? '';
}

function usedShare({ cpu, limit }: ServiceWatch): number {
  return (worstSeconds(cpu)?.value ?? 0) / (Number.isFinite(limit) ? limit : 1);
}

function ceilingOf({ process, cpu, wait, isNode }: ServiceWatch, host: Host): Symptom | null {
  const worst = worstSeconds(cpu);
  if (worst === null || cpu.lack === 'too-short') return null;
  const { from, to, value } = worst;
  const waited = wait === null ? 0 : (median(valuesIn(wait, from, to)) ?? 0);
  const limit = isNode ? 1 : host.cpuCount;
  const isAtLimit = value >= ceiling * limit || (isNode && value >= sharedCeiling && value + waited >= 1);
  // A stranger's service on another machine has processors that nobody told us of.
  if (!isAtLimit || (!isNode && !host.shared)) return null;
  return {
    rule: isNode ? 'one-core' : 'all-cores',
    confidence: value >= ceiling * limit ? 'high' : 'medium',
    evidence: cpuEvidence(cpu, limit, from, to),
    detail: { process, cpuCores: value, limitCores: limit, waitCores: waited },
    surer: isNode ? [{ id: 'service-cpu-profile', values: {} }] : [],
  };
}

function fullHost(whole: Watch, host: Host, series: Series, load: Load): Symptom | null {
  const bound = hostFull * host.cpuCount;
  const fullSeconds = whole.points.filter(({ value }) => value >= bound).length;
  if (whole.lack !== null || fullSeconds < Math.max(leastFullSeconds, fullShare * whole.points.length)) return null;
  const inFull = new Set(whole.points.filter(({ value }) => value >= bound).map(({ t }) => t));
  const during = (watched: Watch) =>
    median(watched.points.flatMap(({ t, value }) => (inFull.has(t) ? [value] : []))) ?? 0;
  const users = keysOf(series, cpuName)
    .map((key) => ({ key, process: processOf(key), cores: during(watch(series, key, load)) }))
    .sort((a, b) => b.cores - a.cores);
  const busy = during(whole);
  const others = Math.max(0, busy - users.reduce((sum, { cores }) => sum + cores, 0));
  const [top] = users;
  const isOurs = top !== undefined && others < busy / 2;
  const { from, to } = whole;
  return {
    rule: isOurs ? 'host-full' : 'host-full-others',
    confidence: users.length === 0 ? 'low' : 'high',
    evidence: [
      ...cpuEvidence(whole, host.cpuCount),
      ...users
        .slice(0, 3)
        .map(({ key, cores }) => ({ metric: key, from, to, value: cores, unit: 'cores', comparedWith: null })),
    ],
    detail: {
      fullSeconds,
      busyCores: busy,
      limitCores: host.cpuCount,
      othersCores: others,
      component: isOurs ? top.process : 'others',
      componentCores: isOurs ? top.cores : others,
    },
  };
}

function cpuEvidence(watched: Watch, limit: number, from = watched.from, to = watched.to): Evidence[] {
  const value = median(valuesIn(watched, from, to));
  const comparedWith = Number.isFinite(limit) ? { value: limit, what: limit === 1 ? 'one-core' : 'host-cores' } : null;
  return value === null ? [] : [{ metric: watched.key, from, to, value, unit: 'cores', comparedWith }];
}

function median(values: readonly number[]): number | null {
  return quantile(values, 0.5);
}
