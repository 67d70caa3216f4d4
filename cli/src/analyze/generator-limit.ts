import { k6CpuLimit } from '../record/cpu-limit.ts';
import { parseMetricKey } from '../record/metric-key.ts';
import type { Host, Load, Part, Scenario } from '../record/run-record.ts';
import type { Point, Series } from '../record/series-index.ts';
import { quantile } from '../stats/quantile.ts';
import { within } from '../stats/window.ts';
import { stoodStillSeconds } from './generator-pause.ts';
import { type LoadLevel, loadLevels } from './load-level.ts';

/**
 * The limits of the load generator. Only evidence about the generator itself counts: a slow server causes dropped
 * iterations too, with k6 at some per cent of a core.
 *
 * - `cpu-used-up`: k6 used more than 80 % of the processors that it could get, and no other process was at its ceiling.
 * - `host-exhausted`: the machine was full, and k6 used most of it.
 * - `cpu-starved`: as `cpu-used-up`, but k6 ran and waited for a processor: it wanted to run all the time and was not let.
 * - `sockets`, `memory`: k6 ran out of ports, file handles or memory.
 * - `stood-still`: k6 was stopped for seconds in the load; requests under way then seem slow.
 *
 * The shares are medians over the seconds of the load without the first two and without those before the first sample,
 * in which users are made: 1,200 of them took k6 eight seconds of all the CPU that a busy machine had.
 *
 * A load in steps or stages is also judged step by step: a generator that could not make the last step is no median of all.
 *
 * The bound lies between what (CPU + wait) / limit was with k6 2.2.0 on two cores that other work filled more or less,
 * two to eight runs each:
 * - 100 users with think time 0.2–0.5, in a whole run with its stores on an overfull machine 0.6–0.7; a server of 50/s
 *   offered 200/s 0.1–0.2; a server at its ceiling 0.1–0.3;
 * - GOMAXPROCS=1 and too high a rate 0.9–1.0; one core shared with endless loops 0.9–1.1, or 0.7–0.8 where k6 still
 *   sent all but 0.3 % of the arrivals; the lowest priority beside two such loops 1.4–1.6 (`nice` alone did nothing
 *   there: the kernel's autogroups share by session); an empty server at the highest rate 1.0–1.2.
 * Wait by itself tells nothing: its share of (CPU + wait) was 0.4–0.9 on a busy machine, whatever k6 had to do.
 */
const allOfIt = 0.8;
/** Of one core, where Node and Redis have their ceiling; for a store of many threads this errs towards sparing k6. */
const ceilingCores = 0.8;
const hostFull = 0.95;
const mostOfHost = 0.6;
const settleMs = 2_000;
const levelSettleMs = 1_000;
const leastReadings = 3;
const leastStill = 3;
const leastWatchedMs = 10_000;

export const k6Cpu = 'process_cpu_cores{process:k6}';
export const k6Wait = 'process_cpu_wait_cores{process:k6}';
export const hostBusy = 'host_cpu_busy_cores';

/** What is known of the generator: `rule` is null where it was not the limit, `usage` where nobody watched it. */
export interface GeneratorLimit {
  readonly rule: GeneratorRule | null;
  readonly usage: CpuUsage | null;
  /** Processors that it could use. */
  readonly limit: number;
  /** The step of the load in which it was the limit; null for the whole of it. */
  readonly step: string | null;
  /** True when the load was too short to judge it. */
  readonly isShort: boolean;
}

export interface GeneratorFacts {
  readonly load: Load;
  readonly scenario: Scenario | null;
  readonly host: Host;
  readonly parts: readonly Part[];
  readonly series: Series;
}

export function generatorLimit({ load, scenario, host, parts, series }: GeneratorFacts): GeneratorLimit {
  const from = Math.max(load.startedAt + settleMs, firstSample(series));
  const usage = cpuUsage(series, from, load.endedAt);
  const limit = k6CpuLimit({ parts, host });
  const isShort = load.endedAt - from < leastWatchedMs - settleMs;
  const readings = (key: string) => series.points.get(key) ?? [];
  const stoodStill =
    stoodStillSeconds(readings(k6Cpu), readings(k6Wait), load.startedAt, load.endedAt) >= leastStill
      ? 'stood-still'
      : null;
  const rule = ranOut(load, series) ?? stoodStill ?? (usage === null ? null : cpuRule(usage, limit, host.cpuCount));
  if (rule !== null) return { rule, usage, limit, step: null, isShort };
  const step = firstLimitedLevel(loadLevels(scenario, series), series, limit, host.cpuCount);
  if (step !== null) return { rule: step.rule, usage: step.usage, limit, step: step.name, isShort };
  return { rule: null, usage, limit, step: null, isShort };
}

export type GeneratorRule = 'cpu-used-up' | 'cpu-starved' | 'host-exhausted' | 'sockets' | 'memory' | 'stood-still';

export interface CpuUsage {
  readonly k6: number;
  /** Summed over k6's threads. */
  readonly k6Wait: number | null;
  readonly hostBusy: number | null;
  /** The busiest process beside k6. */
  readonly busiestOther: number;
  readonly from: number;
  readonly to: number;
}

function cpuRule(usage: CpuUsage, limit: number, cpuCount: number): GeneratorRule | null {
  const busy = usage.hostBusy ?? 0;
  const spared = usage.busiestOther > ceilingCores;
  if (usage.k6 > allOfIt * limit && !spared) return 'cpu-used-up';
  if (busy >= hostFull * cpuCount && usage.k6 > mostOfHost * busy) return 'host-exhausted';
  if (usage.k6 + (usage.k6Wait ?? 0) > allOfIt * limit && !spared) return 'cpu-starved';
  return null;
}

/** Without its first second, in which users that were made for it begin. */
function firstLimitedLevel(levels: readonly LoadLevel[], series: Series, limit: number, cpuCount: number) {
  for (const { name, from, to } of levels) {
    const usage = cpuUsage(series, from + levelSettleMs, to);
    const rule = usage === null ? null : cpuRule(usage, limit, cpuCount);
    if (usage !== null && rule !== null) return { name, rule, usage };
  }
  return null;
}

/** Beginning of the first export that counted something; 0 where none did. */
function firstSample({ load }: Series): number {
  return load.find(({ counters }) => Object.values(counters).some((count) => count > 0))?.from ?? 0;
}

/** Null when k6 was watched for too few seconds. */
function cpuUsage(series: Series, from: number, to: number): CpuUsage | null {
  const median = (key: string) => medianOf(series.points.get(key) ?? [], from, to);
  const k6 = median(k6Cpu);
  if (k6 === null) return null;
  const others = [...series.points.keys()].filter(
    (key) => parseMetricKey(key).name === 'process_cpu_cores' && key !== k6Cpu,
  );
  const busiestOther = Math.max(0, ...others.map((key) => median(key) ?? 0));
  return { k6, k6Wait: median(k6Wait), hostBusy: median(hostBusy), busiestOther, from, to };
}

function medianOf(points: readonly Point[], from: number, to: number): number | null {
  const values = within(points, from, to).map(({ value }) => value);
  return values.length < leastReadings ? null : quantile(values, 0.5);
}

function ranOut({ consoleTail, crash }: Load, { load }: Series): GeneratorRule | null {
  // Go's stack traces are longer than the tail: the message of the crash is kept apart.
  const text = [...consoleTail, crash?.message ?? ''].join('\n');
  if (/dial .*(too many open files|cannot assign requested address)/.test(text)) return 'sockets';
  if (/^(runtime|fatal error): .*(out of memory|cannot allocate memory)/m.test(text)) return 'memory';
  return load.some(({ counters }) => Object.keys(counters).some(isDialError)) ? 'sockets' : null;
}

/**
 * k6's error code 1213: the system refused to open a connection for a reason other than "connection refused" or a
 * time-out (`httpext/error_codes.go`). To a loopback address that is no free port or no file handle.
 */
function isDialError(key: string): boolean {
  return key.startsWith('http_reqs{') && parseMetricKey(key).tags.error_code === '1213';
}
