import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Load } from '../record/run-record.ts';
import { scriptThresholdsSchema } from '../record/script-threshold.ts';

/** What k6 is asked to put into the summary of each trend of a scenario of ours. */
export const summaryTrendStats = 'avg,min,med,max,p(90),p(95),p(99),p(99.9),count';

/** `--summary-export`: the figures of a metric lie beside its thresholds. */
const exportedMetricSchema = z.looseObject({ thresholds: z.record(z.string(), z.boolean()).optional() });
const exportSchema = z.object({ metrics: z.record(z.string(), exportedMetricSchema), root_group: z.unknown() });

interface ExportedGroup {
  readonly path: string;
  readonly groups: Readonly<Record<string, ExportedGroup>>;
  readonly checks: Readonly<Record<string, { readonly name: string; readonly passes: number; readonly fails: number }>>;
}

const exportedGroupSchema: z.ZodType<ExportedGroup> = z.lazy(() =>
  z.object({
    path: z.string(),
    groups: z.record(z.string(), exportedGroupSchema),
    checks: z.record(z.string(), z.object({ name: z.string(), passes: z.number(), fails: z.number() })),
  }),
);

export interface K6Summary {
  readonly metrics: NonNullable<Load['summary']>;
  /** k6's result by metric and expression: true = held. */
  readonly held: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  /** In the order in which k6 met them, a group's own before those of the groups in it. */
  readonly checks: Load['checks'];
}

/**
 * Reads k6's `--summary-export`; null when k6 left none or only a part of one.
 *
 * @param hasSamples whether the series saw samples under a metric's key. k6 prints zeros for what nobody set.
 */
export async function readK6Summary(file: string, hasSamples: (key: string) => boolean): Promise<K6Summary | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : parseK6Summary(text, hasSamples);
}

export function parseK6Summary(text: string, hasSamples: (key: string) => boolean): K6Summary | null {
  const exported = exportSchema.safeParse(parseJson(text));
  if (!exported.success) return null;

  const metrics = new Map<string, Record<string, number>>();
  const held = new Map<string, Record<string, boolean>>();
  for (const [key, { thresholds, ...rest }] of Object.entries(exported.data.metrics)) {
    const figures = numbersOf(rest);
    if (!isUnset(key, figures, hasSamples)) metrics.set(key, withRate(figures));
    // The export says whether the threshold was crossed, not whether it held.
    if (thresholds !== undefined)
      held.set(
        key,
        mapValues(thresholds, (crossed) => !crossed),
      );
  }
  return {
    metrics: Object.fromEntries(metrics),
    held: Object.fromEntries(held),
    checks: checksIn(exported.data.root_group),
  };
}

/** None where they are not as k6 writes them, or lie in so many groups that no stack reaches them. */
function checksIn(rootGroup: unknown): Load['checks'] {
  try {
    return checksOf(exportedGroupSchema.parse(rootGroup));
  } catch {
    return [];
  }
}

/** `path` is `::cart::pay` in k6's notation, empty for the root. */
function checksOf({ path, groups, checks }: ExportedGroup): Load['checks'] {
  const own = Object.values(checks).map(({ name, passes, fails }) => ({ group: path, name, passes, fails }));
  return [...own, ...Object.values(groups).flatMap(checksOf)];
}

/**
 * The script's thresholds in the order of its options, with k6's own result for each; `otherwise` for those that its summary
 * does not name.
 */
export function thresholdsOf(
  options: Readonly<Record<string, unknown>>,
  summary: K6Summary | null,
  otherwise: boolean | null = null,
): Load['thresholds'] {
  const thresholds = scriptThresholdsSchema.catch({}).parse(options.thresholds);
  return Object.entries(thresholds).flatMap(([metric, list]) =>
    list.map((item) => {
      const expression = typeof item === 'string' ? item : item.threshold;
      return { metric, expression, held: heldIn(summary, metric, expression) ?? otherwise };
    }),
  );
}

function heldIn(summary: K6Summary | null, metric: string, expression: string): boolean | null {
  const results = new Map(Object.entries(summary?.held ?? {})).get(metric);
  return new Map(Object.entries(results ?? {})).get(expression) ?? null;
}

/**
 * k6 prints zeros for a metric that has a threshold and saw no samples. A trend then has `count` 0 where it has one, a rate
 * neither passes nor fails. A counter of 0 stays: that nothing was counted is what it says (`dropped_iterations`).
 */
function isUnset(key: string, figures: Record<string, number>, hasSamples: (key: string) => boolean): boolean {
  if (figures.passes !== undefined && figures.fails !== undefined) return figures.passes + figures.fails === 0;
  const isCounter = figures.count !== undefined && figures.rate !== undefined;
  if (isCounter) return false;
  if (figures.count !== undefined) return figures.count === 0;
  return Object.values(figures).every((value) => value === 0) && !hasSamples(key);
}

/** The export calls the value of a rate `value`; k6's thresholds and everything else call it `rate`. */
function withRate(figures: Record<string, number>): Record<string, number> {
  const isRate = figures.passes !== undefined && figures.value !== undefined;
  return isRate ? { ...figures, rate: figures.value ?? 0 } : figures;
}

function numbersOf(figures: Readonly<Record<string, unknown>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, value]) =>
      typeof value === 'number' && Number.isFinite(value) ? [[name, value] as const] : [],
    ),
  );
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
