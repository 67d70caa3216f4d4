import type { Finding } from '../record/run-record.ts';
import type { Point, Series } from '../record/series-index.ts';
import { quantile } from '../stats/quantile.ts';
import { within } from '../stats/window.ts';
import type { AnalysisInput, Analyzer } from './analyzer.ts';

/**
 * Was the load generator the limit? Only evidence about the generator itself counts: a slow server causes dropped
 * iterations too, with k6 at some per cent of a core.
 *
 * - `cpu-used-up`: k6 used more than 80 % of the processors that it could get, and no process of the service did.
 * - `cpu-starved`: k6 wanted to run and had to wait for a processor for most of that time, while others filled the
 *   machine: its clock readings are then late by that wait, so every response time is.
 * - `host-exhausted`: the machine was full and k6 was the largest user.
 * - `sockets`, `memory`: k6's own messages about ports, file handles or memory.
 *
 * The shares are medians over the seconds of the load without the first two, in which users are made.
 */
const usedUp = 0.8;
const hostFull = 0.95;
const mostlyWaiting = 0.6;
// Below this k6 has hardly anything to do, and its share of waiting says nothing.
const leastWaitCores = 0.2;
const largestUser = 0.5;
const leastSeconds = 3;
const settleMs = 2_000;

export const generator = {
  id: 'generator',
  requires: ['load', 'host', 'parts', 'series'],
  analyze: ({ load, host, parts, series }) => {
    const said = consoleProblem(load.consoleTail);
    const usage = cpuUsage(series, load.startedAt + settleMs, load.endedAt);
    if (said !== null) return problem(said, usage, host.cpuCount);
    if (usage === null) return { ...quiet, outcome: 'insufficient-data', detail: { rule: 'not-watched' } };
    const limit = cpuLimit(parts) ?? host.cpuCount;
    const rule = cpuProblem(usage, limit, host.cpuCount);
    return rule === null ? { ...quiet, outcome: 'ok', ...described(usage, limit) } : problem(rule, usage, limit);
  },
} as const satisfies Analyzer;

type Rule = 'cpu-used-up' | 'cpu-starved' | 'host-exhausted' | 'sockets' | 'memory';

interface CpuUsage {
  readonly k6: number;
  readonly k6Wait: number | null;
  readonly hostBusy: number | null;
  /** The busiest process beside k6. */
  readonly busiestOther: number;
  readonly from: number;
  readonly to: number;
}

const quiet = { id: 'generator', confidence: 'high', evidence: [], detail: {} } as const satisfies Omit<
  Finding,
  'outcome'
>;

function cpuProblem(usage: CpuUsage, limit: number, cpuCount: number): Rule | null {
  if (usage.k6 > usedUp * limit && usage.busiestOther <= usedUp) return 'cpu-used-up';
  const full = usage.hostBusy !== null && usage.hostBusy >= hostFull * cpuCount;
  if (full && usage.k6 > largestUser * (usage.hostBusy ?? 0)) return 'host-exhausted';
  const waits = usage.k6Wait ?? 0;
  if (full && waits >= leastWaitCores && waits / (waits + usage.k6) >= mostlyWaiting) return 'cpu-starved';
  return null;
}

function cpuUsage(series: Series, from: number, to: number): CpuUsage | null {
  const median = (key: string) => medianOf(series.points.get(key) ?? [], from, to);
  const k6 = median('process_cpu_cores{process:k6}');
  if (k6 === null) return null;
  const others = [...series.points.keys()].filter(
    (key) => key.startsWith('process_cpu_cores{') && key !== 'process_cpu_cores{process:k6}',
  );
  return {
    k6,
    k6Wait: median('process_cpu_wait_cores{process:k6}'),
    hostBusy: median('host_cpu_busy_cores'),
    busiestOther: Math.max(0, ...others.map((key) => median(key) ?? 0)),
    from,
    to,
  };
}

function medianOf(points: readonly Point[], from: number, to: number): number | null {
  const values = within(points, from, to).map(({ value }) => value);
  return values.length < leastSeconds ? null : quantile(values, 0.5);
}

function consoleProblem(lines: readonly string[]): Rule | null {
  const text = lines.join('\n');
  if (/too many open files|cannot assign requested address|address already in use/i.test(text)) return 'sockets';
  if (/out of memory|cannot allocate memory/i.test(text)) return 'memory';
  return null;
}

function cpuLimit(parts: AnalysisInput['parts']): number | null {
  const limit = parts.find(({ name }) => name === 'k6')?.settings.cpuLimit;
  return typeof limit === 'number' ? limit : null;
}

function problem(rule: Rule, usage: CpuUsage | null, limit: number): Finding {
  return { ...quiet, outcome: 'problem', ...described(usage, limit), detail: { rule } };
}

function described(usage: CpuUsage | null, limit: number): Pick<Finding, 'evidence' | 'detail'> {
  if (usage === null) return { evidence: [], detail: {} };
  const { from, to } = usage;
  const cores = (metric: string, value: number | null, comparedWith: { value: number; what: string } | null) =>
    value === null ? [] : [{ metric, from, to, value, unit: 'cores', comparedWith }];
  return {
    evidence: [
      ...cores('process_cpu_cores{process:k6}', usage.k6, { value: limit, what: 'cpu-limit' }),
      ...cores('process_cpu_wait_cores{process:k6}', usage.k6Wait, null),
      ...cores('host_cpu_busy_cores', usage.hostBusy, null),
    ],
    detail: {},
  };
}
