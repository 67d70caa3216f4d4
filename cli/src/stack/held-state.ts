import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { epochMs } from '../record/epoch-ms.ts';
import { partSchema } from '../record/run-record.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { errorCode, isAlive } from '../system/process-identity.ts';

const claimSchema = z.object({
  /** Of the service's manifest. */
  name: z.string(),
  /** Folder of the service's `loadkit.json`, without symbolic links. */
  manifestFolder: z.string(),
  /** The process that owns the stack: with it everything ends. */
  keeper: z.object({ pid: z.int().positive(), startedAt: z.string().nullable() }),
  /** Epoch milliseconds. */
  since: epochMs,
  logFolder: z.string(),
});

const startingSchema = claimSchema.extend({ status: z.literal('starting') });

const upSchema = claimSchema.extend({
  status: z.literal('up'),
  provider: z.enum(['local', 'docker']),
  /** Of the manifest that it was started from. */
  manifestSha256: z.string(),
  /** Unix socket at which the keeper answers. */
  socket: z.string(),
  /** With credentials. */
  endpoints: z.object({
    baseUrl: z.string().nullable(),
    redisUrl: z.string().nullable(),
    mysqlUrl: z.string().nullable(),
    kafkaBrokers: z.array(z.string()).nullable(),
    metricsUrls: z.record(z.string(), z.string()),
  }),
  parts: z.array(partSchema),
  /** Settings of the service that were set. */
  set: z.record(z.string(), z.string()),
  fixture: z.record(z.string(), z.string()),
});

/** Stays in the place of a stack that is no more, so that the next one gets another number. */
const endedSchema = z.object({ status: z.literal('ended') });

const stateSchema = z.discriminatedUnion('status', [startingSchema, upSchema, endedSchema]);

/** What a keeper says of its stack in a file that only its user may read. */
export type HeldState = StartingState | UpState;
export type StartingState = z.infer<typeof startingSchema>;
export type UpState = z.infer<typeof upSchema>;

/** Where the stacks of one service are written down. */
export interface StackPlace {
  readonly folder: string;
  /** First part of the files' names. */
  readonly key: string;
  /** Emptied at each start. */
  readonly logFolder: string;
}

/** The right of one keeper to a place. */
export interface StackClaim {
  readonly file: string;
}

/** One stack for each folder with a manifest, and user. */
export function stackPlace(cacheFolder: string, name: string, manifestFolder: string): StackPlace {
  const folder = stacksFolder(cacheFolder);
  const key = `${name}-${createHash('sha256').update(manifestFolder).digest('hex').slice(0, 10)}`;
  return { folder, key, logFolder: join(folder, key) };
}

/** The stacks of this user that are up or starting, by name. */
export async function readStacks(cacheFolder: string): Promise<HeldState[]> {
  const folder = stacksFolder(cacheFolder);
  const keys = new Set((await readNumbered(folder)).map(({ key }) => key));
  const states = await Promise.all([...keys].map((key) => readStack({ folder, key })));
  return states.filter((state) => state !== null).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Null when no stack is up there. What a dead keeper wrote is erased, with its passwords. */
export async function readStack(place: Pick<StackPlace, 'folder' | 'key'>): Promise<HeldState | null> {
  const last = await lastNumber(place);
  return last === 0 ? null : readLiving(fileOf(place, last));
}

/**
 * Null when another keeper has the place. Each claim is a file with the number after the last, whose keeper must have
 * ended; the last file is never removed. So of several that find a dead keeper one gets the next number, and nobody can
 * take the place from it.
 */
export async function claimStack(place: StackPlace, state: StartingState): Promise<StackClaim | null> {
  await mkdir(place.folder, { recursive: true, mode: 0o700 });
  const own = await writeAside(join(place.folder, place.key), state);
  try {
    for (;;) {
      const number = (await lastNumber(place)) + 1;
      if (number > 1 && (await readLiving(fileOf(place, number - 1))) !== null) return null;
      const file = fileOf(place, number);
      if (!(await linked(own, file))) continue;
      // We were late by more than one: the number that we took had been cleared away.
      const isLast = (await lastNumber(place)) === number;
      await clearBefore(place, isLast ? number : number + 1);
      if (isLast) return { file };
    }
  } finally {
    await rm(own, { force: true });
  }
}

export async function writeStack({ file }: StackClaim, state: UpState): Promise<void> {
  await rename(await writeAside(file, state), file);
}

export async function endStackClaim({ file }: StackClaim): Promise<void> {
  await rename(await writeAside(file, { status: 'ended' }), file);
}

function stacksFolder(cacheFolder: string): string {
  return join(cacheFolder, 'stacks');
}

function fileOf({ folder, key }: Pick<StackPlace, 'folder' | 'key'>, number: number): string {
  return join(folder, `${key}.${number}.json`);
}

async function readNumbered(folder: string): Promise<Array<{ key: string; number: number }>> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => {
    const [, key, number] = /^(.+)\.(\d+)\.json$/.exec(name) ?? [];
    return key === undefined ? [] : [{ key, number: Number(number) }];
  });
}

/** 0 when there never was one. */
async function lastNumber({ folder, key }: Pick<StackPlace, 'folder' | 'key'>): Promise<number> {
  const numbers = (await readNumbered(folder)).filter((file) => file.key === key).map(({ number }) => number);
  return Math.max(0, ...numbers);
}

async function clearBefore(place: StackPlace, number: number): Promise<void> {
  const all = (await readNumbered(place.folder)).filter((file) => file.key === place.key && file.number < number);
  await Promise.all(all.map((file) => rm(fileOf(place, file.number), { force: true })));
}

/** A hard link appears at once with its content. False when the name is taken. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function readLiving(file: string): Promise<HeldState | null> {
  const state = await readState(file);
  if (state === null || state.status === 'ended') return null;
  if (isKept(state)) return state;
  await endStackClaim({ file });
  return null;
}

/** Where the system does not tell when a process began, its number may be somebody else's by now; its socket is not. */
function isKept(state: HeldState): boolean {
  if (!isAlive(state.keeper)) return false;
  return state.keeper.startedAt !== null || state.status === 'starting' || existsSync(state.socket);
}

async function readState(file: string): Promise<z.infer<typeof stateSchema> | null> {
  try {
    return stateSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new LoadkitError('stack-state', `${file} is not readable as the state of a stack`, {
      hint: 'another version of loadkit may have written it: end that stack with it, or remove the file',
      exitCode: exitCode.unreachable,
      cause: error,
    });
  }
}

async function writeAside(file: string, state: z.infer<typeof stateSchema>): Promise<string> {
  const own = `${file}.${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  await writeFile(own, JSON.stringify(state, null, 2), { mode: 0o600 });
  return own;
}
