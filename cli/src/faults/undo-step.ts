import { z } from 'zod';
import { epochMs } from '../record/epoch-ms.ts';
import { httpAddress, mysqlAddress, redisAddress } from './address.ts';

/**
 * True for a store that loadkit did not start. That nobody answers at its address, the end of a tunnel or a server that is being
 * started again, does not say then that what was done to it is gone.
 */
const foreign = z.boolean().optional();

/**
 * One thing that an injector will have to put back, with all that is needed to find it, and to tell it from what others
 * have made: a token, a name, the start of a process. Nothing else of loadkit is needed to undo it.
 */
export const undoStepSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('redis-key'),
    url: redisAddress,
    key: z.string(),
    /** The value by which the key is ours. */
    token: z.string(),
    foreign,
  }),
  z.object({
    kind: z.literal('toxics'),
    /** Of Toxiproxy: `http://127.0.0.1:8474`. */
    api: httpAddress,
    proxy: z.string(),
    /** With which the names of our toxics begin. */
    prefix: z.string(),
  }),
  z.object({
    kind: z.literal('mysql-session'),
    url: mysqlAddress,
    /** Name of the user-level lock (`GET_LOCK`) that only that session holds. */
    marker: z.string(),
    foreign,
  }),
  z.object({
    kind: z.literal('stopped-process'),
    name: z.string(),
    pid: z.int().positive(),
    /** See `ProcessIdentity`. */
    startedAt: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('client-pause'),
    url: redisAddress,
    /** `run_id` of the server, which another one on the same port does not have. */
    runId: z.string(),
    /** Then the server ends it by itself. Epoch milliseconds. */
    until: epochMs,
  }),
  z.object({
    kind: z.literal('overrides'),
    /** Where the service looks for changed settings. */
    file: z.string(),
    /** By which the content is ours. */
    id: z.string(),
  }),
]);
export type UndoStep = z.infer<typeof undoStepSchema>;

/** The step of one kind. */
export type UndoStepOf<K extends UndoStep['kind']> = Extract<UndoStep, { kind: K }>;
