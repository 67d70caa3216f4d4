import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Load } from '../record/run-record.ts';

/** What k6 is asked to put into the summary of each trend. */
export const summaryTrendStats = 'avg,min,med,max,p(90),p(95),p(99),p(99.9),count';

/** `--summary-export`: the figures of a metric lie beside its thresholds. */
const exportedMetricSchema = z.looseObject({ thresholds: z.record(z.string(), z.boolean()).optional() });
const exportSchema = z.object({ metrics: z.record(z.string(), exportedMetricSchema) });
const thresholdsSchema = z
  .record(z.string(), z.array(z.union([z.string(), z.looseObject({ threshold: z.string() })])))
  .nullish();

export interface K6Summary {
  readonly metrics: NonNullable<Load['summary']>;
  /** k6's result by metric and expression: true = held. */
  readonly held: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
}

/**
 * Reads k6's `--summary-export`; null when k6 left none or only a part of one.
 *
 * @param hasSamples whether the series saw a metric of that name. k6 prints a gauge that nobody set as 0.
 */
export async function readK6Summary(
  file: string,
  hasSamples: (metricName: string) => boolean,
): Promise<K6Summary | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : parseK6Summary(text, hasSamples);
}

export function parseK6Summary(text: string, hasSamples: (metricName: string) => boolean): K6Summary | null {
  const exported = exportSchema.safeParse(parseJson(text));
  if (!exported.success) return null;

  const metrics: Record<string, Record<string, number>> = {};
  const held: Record<string, Record<string, boolean>> = {};
  for (const [key, { thresholds, ...rest }] of Object.entries(exported.data.metrics)) {
    const figures = numbersOf(rest);
    if (!isUnset(key, figures, hasSamples)) metrics[key] = withRate(figures);
    // The export says whether the threshold was crossed, not whether it held.
    if (thresholds !== undefined) held[key] = mapValues(thresholds, (crossed) => !crossed);
  }
  return { metrics, held };
}

/** The script's thresholds in the order of its options, with k6's own result for each. */
export function thresholdsOf(
  options: Readonly<Record<string, unknown>>,
  summary: K6Summary | null,
): Load['thresholds'] {
  const thresholds = thresholdsSchema.parse(options.thresholds) ?? {};
  return Object.entries(thresholds).flatMap(([metric, list]) =>
    list.map((item) => {
      const expression = typeof item === 'string' ? item : item.threshold;
      return { metric, expression, held: summary?.held[metric]?.[expression] ?? null };
    }),
  );
}

/**
 * k6 prints zeros for a metric that has a threshold and saw no samples. A trend then has `count` 0, a rate neither
 * passes nor fails. A counter of 0 stays: that nothing was counted is what it says (`dropped_iterations`).
 */
function isUnset(key: string, figures: Record<string, number>, hasSamples: (name: string) => boolean): boolean {
  if (figures.avg !== undefined) return figures.count === 0;
  if (figures.passes !== undefined && figures.fails !== undefined) return figures.passes + figures.fails === 0;
  const isGauge = figures.value !== undefined;
  return isGauge && Object.values(figures).every((value) => value === 0) && !hasSamples(key.replace(/\{.*/s, ''));
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
