import { z } from 'zod';
import { metricKey } from '../record/metric-key.ts';
import type { Histogram, LoadLine } from '../record/series.ts';
import { exportRequestType } from './otlp-schema.ts';

const deltaTemporality = 1;

const attributesSchema = z
  .array(
    z.object({
      key: z.string(),
      value: z
        .object({
          stringValue: z.string(),
          boolValue: z.boolean(),
          intValue: z.number(),
          doubleValue: z.number(),
        })
        .partial()
        .default({}),
    }),
  )
  .default([]);

const pointTimes = { attributes: attributesSchema, startTimeUnixNano: z.number().default(0), timeUnixNano: z.number() };

/** Also NaN and Infinity, which a script can add to a metric of its own; such a point is left out, not its whole export. */
const anyNumber = z.custom<number>((value) => typeof value === 'number');

const numberPointSchema = z
  .object({ ...pointTimes, asDouble: anyNumber.optional(), asInt: z.number().optional() })
  .refine((point) => point.asDouble !== undefined || point.asInt !== undefined, 'a point without a value');

const bucketsSchema = z
  .object({ offset: z.int().default(0), bucketCounts: z.array(z.number()).default([]) })
  .default({ offset: 0, bucketCounts: [] });

const histogramPointSchema = z.object({
  ...pointTimes,
  count: z.number().default(0),
  sum: anyNumber.default(0),
  scale: z.int().default(0),
  zeroCount: z.number().default(0),
  positive: bucketsSchema,
  negative: bucketsSchema,
  min: anyNumber.default(0),
  max: anyNumber.default(0),
});

const metricSchema = z
  .object({
    name: z.string().min(1),
    unit: z.string().optional(),
    gauge: z.object({ dataPoints: z.array(numberPointSchema).default([]) }).optional(),
    sum: z
      .object({
        dataPoints: z.array(numberPointSchema).default([]),
        aggregationTemporality: z.literal(deltaTemporality),
      })
      .optional(),
    exponentialHistogram: z
      .object({
        dataPoints: z.array(histogramPointSchema).default([]),
        aggregationTemporality: z.literal(deltaTemporality),
      })
      .optional(),
  })
  .refine(
    (metric) => metric.gauge !== undefined || metric.sum !== undefined || metric.exponentialHistogram !== undefined,
    'neither a gauge, a sum nor an exponential histogram',
  );

const exportSchema = z.object({
  resourceMetrics: z
    .array(
      z.object({
        resource: z.object({ attributes: attributesSchema }).default({ attributes: [] }),
        scopeMetrics: z.array(z.object({ metrics: z.array(metricSchema).default([]) })).default([]),
      }),
    )
    .default([]),
});

type Attributes = z.infer<typeof attributesSchema>;
type HistogramPoint = z.infer<typeof histogramPointSchema>;

export interface DecodedExport {
  readonly line: LoadLine;
  /** By the metric's name, for those that have one: `ms`, `By`. */
  readonly units: Readonly<Record<string, string>>;
  /** Points that were left out because their value is no finite number. */
  readonly notFinite: number;
}

/**
 * One OTLP metrics export as a line of the series; null when it holds no points. Times are those of its points, in
 * milliseconds. Throws when it is not protobuf, or holds what k6 was told not to send (cumulative sums, fixed buckets).
 */
export function decodeExport(body: Uint8Array): DecodedExport | null {
  const message = exportRequestType.decode(body);
  const { resourceMetrics } = exportSchema.parse(exportRequestType.toObject(message, { longs: Number }));

  const line: LoadLine = {
    kind: 'load',
    t: Number.NEGATIVE_INFINITY,
    from: Number.POSITIVE_INFINITY,
    instance:
      Number.parseInt(tagsOf(resourceMetrics[0]?.resource.attributes ?? [])['loadkit.instance'] ?? '0', 10) || 0,
    counters: {},
    gauges: {},
    histograms: {},
  };
  const units: Record<string, string> = {};
  let notFinite = 0;
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  for (const { name, unit, gauge, sum, exponentialHistogram } of metrics) {
    if (unit !== undefined && unit !== '') units[name] = unit;
    for (const point of gauge?.dataPoints ?? []) {
      // A gauge has no interval: the SDK gives it the time of its first value as its start.
      extend(line, { ...point, startTimeUnixNano: point.timeUnixNano });
      if (Number.isFinite(numberOf(point))) line.gauges[keyOf(name, point)] = numberOf(point);
      else notFinite += 1;
    }
    for (const point of sum?.dataPoints ?? []) {
      extend(line, point);
      const key = keyOf(name, point);
      if (Number.isFinite(numberOf(point))) line.counters[key] = (line.counters[key] ?? 0) + numberOf(point);
      else notFinite += 1;
    }
    for (const point of exponentialHistogram?.dataPoints ?? []) {
      extend(line, point);
      if ([point.sum, point.min, point.max].every(Number.isFinite)) {
        line.histograms[keyOf(name, point)] = histogramOf(point);
      } else notFinite += 1;
    }
  }
  return line.t === Number.NEGATIVE_INFINITY ? null : { line, units, notFinite };
}

function keyOf(name: string, point: { attributes: Attributes }): string {
  return metricKey(name, tagsOf(point.attributes));
}

function tagsOf(attributes: Attributes): Record<string, string> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? String(value.boolValue ?? value.intValue ?? value.doubleValue ?? ''),
    ]),
  );
}

function numberOf(point: { asDouble?: number | undefined; asInt?: number | undefined }): number {
  return point.asDouble ?? point.asInt ?? 0;
}

/** A custom trend may hold negative values. Our histogram has no buckets for them: they count as zeros, `min` keeps the least. */
function histogramOf(point: HistogramPoint): Histogram {
  const { scale, count, sum, min, max, positive, negative } = point;
  const negatives = negative.bucketCounts.reduce((total, inBucket) => total + inBucket, 0);
  return {
    scale,
    offset: positive.offset,
    counts: positive.bucketCounts,
    zeroCount: point.zeroCount + negatives,
    count,
    sum,
    min,
    max,
  };
}

function extend(line: LoadLine, point: { startTimeUnixNano: number; timeUnixNano: number }): void {
  const t = Math.round(point.timeUnixNano / 1e6);
  line.t = Math.max(line.t, t);
  line.from = Math.min(line.from, point.startTimeUnixNano > 0 ? Math.round(point.startTimeUnixNano / 1e6) : t);
}
