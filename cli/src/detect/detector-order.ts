import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { issueText, LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { isLocalHost } from '../system/loopback.ts';

const redisCommand = z.tuple([z.string()]).rest(z.string());

/** All that a detector is told. Nothing of a drill: neither what will be broken nor when. */
export const detectorOrderSchema = z.object({
  /** Of the service's processes, by name. */
  metricsUrls: z.record(z.string(), z.url()),
  /** Asked five times a second; null: nobody is. */
  canaryUrl: z
    .url()
    .refine((url) => isLocalHost(new URL(url).hostname), 'a canary goes to this machine only')
    .nullable(),
  redisUrl: z.string().nullable(),
  mysqlUrl: z.string().nullable(),
  kafkaBrokers: z.array(z.string()).nullable(),
  /** `watch` of the service's manifest. */
  watch: z.object({
    redisStreams: z.array(z.object({ key: z.string(), group: z.string() })),
    redisLocks: z.array(z.string()),
    mysqlQueries: z.array(z.object({ metric: z.string(), sql: z.string() })),
    kafkaGroups: z.array(z.object({ group: z.string(), topic: z.string() })),
    backlog: z.array(z.string()),
    unprocessed: z.array(z.object({ name: z.string(), sql: z.string() })).default([]),
    violations: z
      .array(
        z.union([
          z.object({ name: z.string(), sql: z.string() }),
          z.object({ name: z.string(), redis: z.object({ count: redisCommand, atMost: redisCommand }) }),
        ]),
      )
      .default([]),
  }),
  /** A good answer takes no longer. */
  latencyMs: z.number().positive(),
  /** How late what is processed behind the answers may be. */
  freshnessMs: z.number().positive(),
  /** How long it learns from the first second with traffic on. */
  calibrationMs: z.number().positive(),
});
export type DetectorOrder = z.infer<typeof detectorOrderSchema>;

/** @throws LoadkitError `order-unreadable` (2) with the file and the place in it */
export async function readDetectorOrder(file: string): Promise<DetectorOrder> {
  const unreadable = (why: string, cause: unknown) =>
    new LoadkitError('order-unreadable', `the detector's order ${file} cannot be read: ${why}`, {
      hint: 'loadkit drill starts the detector by itself',
      exitCode: exitCode.usage,
      cause,
    });
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw unreadable(messageOf(error), error);
  }
  const order = detectorOrderSchema.safeParse(content);
  if (!order.success) throw unreadable(issueText(order.error), order.error);
  return order.data;
}
