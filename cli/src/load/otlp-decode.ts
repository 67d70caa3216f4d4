import { z } from 'zod';
import { metricKey } from '../record/metric-key.ts';
import { type Histogram, histogramSchema, type LoadLine } from '../record/series.ts';
import { mergeHistograms } from '../stats/histogram.ts';
import { LoadkitError, messageOf } from '../system/error.ts';
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

const { scale, offset, counts, zeroCount, count } = histogramSchema.shape;

const bucketsSchema = z
  .object({ offset: offset.default(0), bucketCounts: counts.default([]) })
  .default({ offset: 0, bucketCounts: [] });

const histogramPointSchema = z.object({
  ...pointTimes,
  count: count.default(0),
  sum: anyNumber.default(0),
  scale: scale.default(0),
  zeroCount: zeroCount.default(0),
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
 * milliseconds.
 *
 * @throws LoadkitError `otlp-export` when it is not protobuf, or holds what k6 was told not to send (cumulative sums, fixed
 * buckets)
 */
export function decodeExport(body: Uint8Array): DecodedExport | null {
  const { resourceMetrics } = parseExport(body);
  const time = { t: Number.NEGATIVE_INFINITY, from: Number.POSITIVE_INFINITY };
  const counters = new Map<string, number>();
  const gauges = new Map<string, number>();
  const histograms = new Map<string, Histogram>();
  const units = new Map<string, string>();
  let notFinite = 0;
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  for (const { name, unit, gauge, sum, exponentialHistogram } of metrics) {
    if (unit !== undefined && unit !== '') units.set(name, unit);
    for (const point of gauge?.dataPoints ?? []) {
      // A gauge has no interval: the SDK gives it the time of its first value as its start.
      extend(time, { ...point, startTimeUnixNano: point.timeUnixNano });
      if (Number.isFinite(numberOf(point))) gauges.set(keyOf(name, point), numberOf(point));
      else notFinite += 1;
    }
    for (const point of sum?.dataPoints ?? []) {
      extend(time, point);
      const key = keyOf(name, point);
      const total = (counters.get(key) ?? 0) + numberOf(point);
      if (Number.isFinite(total)) counters.set(key, total);
      else notFinite += 1;
    }
    for (const point of exponentialHistogram?.dataPoints ?? []) {
      extend(time, point);
      const key = keyOf(name, point);
      const former = histograms.get(key);
      const histogram = former === undefined ? histogramOf(point) : mergeHistograms([former, histogramOf(point)]);
      if ([histogram.sum, histogram.min, histogram.max].every(Number.isFinite)) histograms.set(key, histogram);
      else notFinite += 1;
    }
  }
  if (time.t === Number.NEGATIVE_INFINITY) return null;
  const line: LoadLine = {
    kind: 'load',
    ...time,
    instance: instanceOf(resourceMetrics[0]?.resource.attributes ?? []),
    counters: Object.fromEntries(counters),
    gauges: Object.fromEntries(gauges),
    histograms: Object.fromEntries(histograms),
  };
  return { line, units: Object.fromEntries(units), notFinite };
}

function parseExport(body: Uint8Array): z.infer<typeof exportSchema> {
  try {
    return exportSchema.parse(exportRequestType.toObject(exportRequestType.decode(body), { longs: Number }));
  } catch (error) {
    // Groups in groups without end exhaust the decoder's stack, which is a RangeError as well as the end of a cut export.
    throw new LoadkitError('otlp-export', `no export of OTLP metrics: ${messageOf(error)}`, { cause: error });
  }
}

function instanceOf(attributes: Attributes): number {
  const instance = Number.parseInt(tagsOf(attributes)['loadkit.instance'] ?? '0', 10);
  return Number.isSafeInteger(instance) ? instance : 0;
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
  const { positive, negative } = point;
  const negatives = negative.bucketCounts.reduce((total, inBucket) => total + inBucket, 0);
  return {
    scale: point.scale,
    offset: positive.offset,
    counts: positive.bucketCounts,
    zeroCount: point.zeroCount + negatives,
    count: point.count,
    sum: point.sum,
    min: point.min,
    max: point.max,
  };
}

function extend(time: { t: number; from: number }, point: { startTimeUnixNano: number; timeUnixNano: number }): void {
  const t = Math.round(point.timeUnixNano / 1e6);
  const from = point.startTimeUnixNano > 0 ? Math.round(point.startTimeUnixNano / 1e6) : t;
  time.t = Math.max(time.t, t);
  time.from = Math.min(time.from, from, t);
}
