import { constants } from 'node:os';
import { z } from 'zod';

/** What the command and its watchdog say to each other, one JSON message each over the IPC channel. */

const id = z.int();
/** The id of the request that started a child names the child, because a pid can be given to somebody else. */
const child = z.int();
const signal = z.custom<NodeJS.Signals>((name) => typeof name === 'string' && Object.hasOwn(constants.signals, name));

const spawnSchema = z.object({
  kind: z.literal('spawn'),
  name: z.string(),
  file: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  cwd: z.string(),
  logFile: z.string(),
  stdoutFile: z.string().nullable(),
});
export type SpawnOrder = z.infer<typeof spawnSchema>;

const endCommandSchema = z.object({
  kind: z.literal('run-at-end'),
  name: z.string(),
  file: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  cwd: z.string(),
  logFile: z.string(),
  timeoutMs: z.number(),
});
export type EndOrder = z.infer<typeof endCommandSchema>;

const orderSchema = z.discriminatedUnion('kind', [
  spawnSchema,
  z.object({ kind: z.literal('signal'), child, signal }),
  z.object({ kind: z.literal('stop'), child, graceMs: z.number() }),
  z.object({ kind: z.literal('temp-dir'), prefix: z.string() }),
  z.object({ kind: z.literal('remove-at-end'), path: z.string() }),
  z.object({ kind: z.literal('keep'), path: z.string() }),
  endCommandSchema,
  /** `duty` is the id of the request that registered it. */
  z.object({ kind: z.literal('withdraw'), duty: z.int() }),
  /** Answered by the watchdog's exit. */
  z.object({ kind: z.literal('close'), graceMs: z.number() }),
]);
export type Order = z.infer<typeof orderSchema>;

export const requestSchema = z.object({ id, order: orderSchema });
export type Request = z.infer<typeof requestSchema>;

const answerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done') }),
  z.object({ kind: z.literal('spawned'), pid: z.int() }),
  z.object({ kind: z.literal('temp-dir'), path: z.string() }),
  /** `code` is the system's (`ENOENT`) or `failed`. */
  z.object({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
]);
export type Answer = z.infer<typeof answerSchema>;

export const replySchema = z.discriminatedUnion('kind', [
  /** `folder` holds all temp folders of this command. */
  z.object({ kind: z.literal('ready'), folder: z.string() }),
  z.object({ kind: z.literal('not-ready'), message: z.string() }),
  z.object({ kind: z.literal('answer'), id, answer: answerSchema }),
  z.object({ kind: z.literal('exited'), child, code: z.int().nullable(), signal: signal.nullable(), at: z.number() }),
]);
export type Reply = z.infer<typeof replySchema>;
export type ExitReply = Extract<Reply, { kind: 'exited' }>;
