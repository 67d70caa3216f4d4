import { isOfService } from '../record/service-process.ts';
import { type ApiFigures, apiFigures, type ReportedRun } from './api-figures.ts';

/** Runs of one scenario under the same load that differ in settings of the service, and nothing else that is recorded. */
export interface Comparison {
  readonly scenario: string;
  /** Names of the settings that differ; none for repeats of the same. */
  readonly settings: readonly string[];
  /** In the order of their first run. */
  readonly variants: readonly Variant[];
}

export interface Variant {
  /** `ISSUE_STRATEGY=lua`; the scenario's name where nothing differs. */
  readonly name: string;
  readonly runs: readonly ReportedRun[];
}

/** Smallest and largest of the repeats; null when one of them has no such figure. */
export interface Range {
  readonly min: number;
  readonly max: number;
  readonly repeats: number;
}

/** One comparison per scenario that was run more than once under the same conditions. Drills are compared with each other only. */
export function comparisonsOf(runs: readonly ReportedRun[]): Comparison[] {
  const loads = runs.filter(({ record }) => record.drill === null);
  const groups = groupBy(loads, conditionsOf);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length < 2 || first.record.scenario === null) return [];
    return [compare(first.record.scenario.name, group)];
  });
}

function compare(scenario: string, runs: readonly ReportedRun[]): Comparison {
  const names = [...new Set(runs.flatMap(({ record }) => Object.keys(record.set)))].sort();
  const settings = names.filter((name) => new Set(runs.map(({ record }) => record.set[name])).size > 1);
  const variants = groupBy(runs, ({ record }) =>
    settings.length === 0 ? scenario : settings.map((name) => `${name}=${record.set[name] ?? ''}`).join(' '),
  );
  return { scenario, settings, variants: [...variants].map(([name, own]) => ({ name, runs: own })) };
}

/** What must be the same: script, load, seed, parameters, fixture parameters, machine, loadkit, code, where the stack came from. */
function conditionsOf({ record }: ReportedRun): string {
  const { scenario, host, git, loadkit, stack, parts } = record;
  const stores = parts
    .filter(({ name }) => !isOfService(name))
    .map(({ name, product, version }) => `${name} ${product} ${version}`)
    .sort();
  const load = scenario && {
    name: scenario.name,
    sha256: scenario.sha256,
    shape: scenario.shape,
    seed: scenario.seed,
    parameters: scenario.parameters,
    flags: scenario.flags,
  };
  const machine = [host.hostname, host.cpuModel, host.cpuCount, host.memoryBytes];
  return JSON.stringify([load, machine, git?.commit, git?.dirty, loadkit, stack, stores]);
}

/** In the order in which each key comes first. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

export function rangeOf(values: ReadonlyArray<number | null>): Range | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length < values.length) return null;
  return { min: Math.min(...known), max: Math.max(...known), repeats: known.length };
}

/**
 * Whether all repeats of one lie on one side of all repeats of the other, and how often that happens by chance when nothing
 * differs: 2 of the C(n+m, n) ways in which n and m values can be in a row. It says nothing of how large a difference is.
 */
export function separation(a: Range, b: Range): { apart: boolean; chance: number } {
  const apart = a.max < b.min || b.max < a.min;
  return { apart, chance: 2 / binomial(a.repeats + b.repeats, a.repeats) };
}

function binomial(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i += 1) ways = (ways * (n - k + i)) / i;
  return ways;
}

/** The figures that a variant is compared by, by API where an API has them. */
export interface ComparedFigure {
  readonly id: 'tps' | 'p95' | 'failed' | 'violations';
  /** API or invariant; empty for the whole run. */
  readonly subject: string;
  readonly of: (run: ReportedRun) => number | null;
}

/** TPS, p95 and system errors of each API, then the violations of each invariant that was violated in some run. */
export function comparedFigures({ variants }: Comparison): ComparedFigure[] {
  const runs = variants.flatMap((variant) => variant.runs);
  const apis = new Map(runs.map((run) => [run, apiFigures(run)]));
  const labels = [...new Set([...apis.values()].flatMap((list) => list.map(({ label }) => label)))];
  const api = (run: ReportedRun, label: string): ApiFigures | undefined =>
    apis.get(run)?.find((one) => one.label === label);
  const violated = new Set(
    runs.flatMap(({ record }) => record.invariants.filter(({ outcome }) => outcome === 'violated').map(({ id }) => id)),
  );
  return [
    ...labels.flatMap((subject): ComparedFigure[] => [
      { id: 'tps', subject, of: (run) => api(run, subject)?.perSecond ?? null },
      { id: 'p95', subject, of: (run) => api(run, subject)?.expected?.p95Ms ?? null },
      { id: 'failed', subject, of: (run) => api(run, subject)?.outcomes?.failed ?? null },
    ]),
    ...[...violated].map(
      (subject): ComparedFigure => ({
        id: 'violations',
        subject,
        of: ({ record }) => record.invariants.find(({ id }) => id === subject)?.violations ?? null,
      }),
    ),
  ];
}
