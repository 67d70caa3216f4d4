import { z } from 'zod';

/** What `loadkit stack up` and the keeper that it starts say to each other, one message each over the IPC channel. */

export const keepOrderSchema = z.object({
  /** Of the service's `loadkit.json`, absolute. */
  serviceFolder: z.string(),
  set: z.record(z.string(), z.string()),
  fixture: z.record(z.string(), z.string()),
  stack: z.enum(['auto', 'local', 'docker']),
  install: z.boolean(),
});
export type KeepOrder = z.infer<typeof keepOrderSchema>;

export const keeperWordSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), line: z.string() }),
  z.object({ kind: z.literal('up') }),
  z.object({
    kind: z.literal('failed'),
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
    exitCode: z.int(),
  }),
]);
export type KeeperWord = z.infer<typeof keeperWordSchema>;
