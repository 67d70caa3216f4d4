import { randomBytes } from 'node:crypto';
import { access, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../system/clock.ts';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { lackOfSpace } from '../system/free-space.ts';
import { isErrorCode, makeFolder } from './new-folder.ts';
import { type RunRecord, recordVersion, runRecordSchema } from './run-record.ts';

/** `reports/<run-id>/`: everything that one run left. */
export class RunFolder {
  readonly path: string;
  readonly id: string;

  constructor(reportsFolder: string, id: string) {
    this.id = id;
    this.path = join(reportsFolder, id);
  }

  get series(): string {
    return join(this.path, 'series.ndjson');
  }

  get logs(): string {
    return join(this.path, 'logs');
  }

  log(name: string): string {
    return join(this.logs, `${name}.log`);
  }

  /** What a script that is not ours printed at its end; only there when it did. */
  get k6Output(): string {
    return this.log('k6-output');
  }

  /** What a script printed with `console` in a drill. */
  get k6Console(): string {
    return this.log('k6-console');
  }

  get recordFile(): string {
    return join(this.path, 'run.json');
  }

  /** Replaces `run.json` whole: a reader finds the former or the new one, never half of it. */
  async write(record: RunRecord): Promise<void> {
    const draft = `${this.recordFile}.tmp`;
    try {
      await writeToDisk(draft, `${JSON.stringify(record, null, 2)}\n`);
      await rename(draft, this.recordFile);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  async read(): Promise<RunRecord> {
    return decodeRecord(await readRecordText(this), this.recordFile);
  }
}

export interface NewRun {
  readonly clock: Clock;
  readonly name: string;
  /** What tells two runs of one second apart. */
  readonly suffix?: () => string;
}

const mostTries = 10;

/** Makes `<local time>-<name>-<four random letters>` below the reports folder; never one that is there already. */
export async function createRunFolder(reportsFolder: string, run: NewRun): Promise<RunFolder> {
  const { clock, suffix = () => randomLetters(4) } = run;
  const name = run.name.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 40);
  await makeFolder(reportsFolder);
  for (let tries = 1; ; tries += 1) {
    const folder = new RunFolder(reportsFolder, `${localStamp(clock.now())}-${name}-${suffix()}`);
    try {
      await mkdir(folder.path);
      await mkdir(folder.logs);
      return folder;
    } catch (error) {
      if (!isErrorCode(error, 'EEXIST') || tries === mostTries) throw folderProblem(reportsFolder, error);
    }
  }
}

const leastFreeMebibytes = 200;

/** Finds out before any load whether a run can be recorded here. Errors: not writable, disk full. */
export async function checkReportsFolder(path: string): Promise<void> {
  const trial = join(path, `.write-test-${randomLetters(6)}`);
  try {
    await makeFolder(path);
    await writeFile(trial, 'loadkit', { flag: 'wx' });
  } catch (error) {
    throw folderProblem(path, error);
  } finally {
    await rm(trial, { force: true }).catch(() => undefined);
  }
  const lack = await lackOfSpace(path, leastFreeMebibytes);
  if (lack === null) return;
  throw new LoadkitError('reports-folder', `${path}: ${lack}`, {
    hint: 'free some space or choose another disk with --reports',
    exitCode: exitCode.usage,
  });
}

/** A folder below `reportsFolder` that looks like a run; `record` is null when it cannot be read, `error` says why. */
export interface ListedRun {
  readonly folder: RunFolder;
  readonly record: RunRecord | null;
  readonly error: LoadkitError | null;
}

/** All runs, the newest first. A missing folder has none. */
export async function listRuns(reportsFolder: string): Promise<ListedRun[]> {
  const names = await readdir(reportsFolder, { withFileTypes: true }).catch(() => []);
  const runs: ListedRun[] = [];
  for (const entry of names) {
    const folder = new RunFolder(reportsFolder, entry.name);
    if (!entry.isDirectory() || !(await exists(folder.recordFile))) continue;
    try {
      runs.push({ folder, record: await folder.read(), error: null });
    } catch (error) {
      if (!(error instanceof LoadkitError)) throw error;
      runs.push({ folder, record: null, error });
    }
  }
  return runs.sort((a, b) => newestFirst(a, b));
}

function newestFirst(a: ListedRun, b: ListedRun): number {
  const [left, right] = [a.record?.startedAt ?? 0, b.record?.startedAt ?? 0];
  return left === right ? (a.folder.id < b.folder.id ? 1 : -1) : right - left;
}

/** A run by its id, a unique beginning of it, or `latest`. */
export async function findRun(reportsFolder: string, reference: string): Promise<RunFolder> {
  const runs = await listRuns(reportsFolder);
  const readable = runs.filter(({ record }) => record !== null);
  if (reference === 'latest') {
    const [latest] = readable;
    if (latest !== undefined) return latest.folder;
    const [unreadable] = runs;
    if (unreadable?.error != null) throw unreadable.error;
    throw notFound(
      `there is no run below ${reportsFolder}`,
      'make one with `loadkit run coupon`, or name the folder with --reports',
    );
  }
  const exact = runs.find(({ folder }) => folder.id === reference);
  const matching = exact === undefined ? runs.filter(({ folder }) => folder.id.startsWith(reference)) : [exact];
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only.folder;
  const newest = (of: readonly ListedRun[]) =>
    of
      .slice(0, 5)
      .map(({ folder }) => folder.id)
      .join(', ');
  if (matching.length > 1) {
    throw notFound(`"${reference}" is the beginning of ${matching.length} runs`, `name one: ${newest(matching)}`);
  }
  throw notFound(
    `no run "${reference}" below ${reportsFolder}`,
    runs.length === 0 ? 'there are none yet' : `the newest are: ${newest(runs)}`,
  );
}

function decodeRecord(text: string, file: string): RunRecord {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw broken(`${file} is not JSON: ${messageOf(error)}`, error);
  }
  const version = typeof json === 'object' && json !== null && 'version' in json ? json.version : undefined;
  if (typeof version === 'number' && version > recordVersion) {
    throw broken(
      `${file} was made by a newer loadkit (record version ${version}, this one reads up to ${recordVersion})`,
    );
  }
  const result = runRecordSchema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw broken(`${file} is damaged: ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'unknown'}`);
}

async function readRecordText(folder: RunFolder): Promise<string> {
  try {
    return await readFile(folder.recordFile, 'utf8');
  } catch (error) {
    throw notFound(
      `no run record at ${folder.recordFile}`,
      `see what there is with: loadkit runs --reports ${dirname(folder.path)}`,
      error,
    );
  }
}

/** `run.json` could not be replaced; what was written before stands. */
export function recordUnwritable(file: string, cause: unknown): LoadkitError {
  return new LoadkitError('record-unwritable', `cannot write ${file}: ${messageOf(cause)}`, {
    hint: 'is the disk full? the series beside it holds what was measured',
    exitCode: exitCode.inconclusive,
    cause,
  });
}

function notFound(message: string, hint: string, cause?: unknown): LoadkitError {
  return new LoadkitError('run-not-found', message, { hint, exitCode: exitCode.usage, cause });
}

function broken(message: string, cause?: unknown): LoadkitError {
  return new LoadkitError('record-unreadable', message, {
    hint: 'the series beside it (series.ndjson) can still be read line by line',
    exitCode: exitCode.usage,
    cause,
  });
}

function folderProblem(path: string, cause: unknown): LoadkitError {
  return new LoadkitError('reports-folder', `cannot write into ${path}: ${messageOf(cause)}`, {
    hint: 'choose another folder with --reports',
    exitCode: exitCode.usage,
    cause,
  });
}

async function writeToDisk(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function localStamp(now: number): string {
  const date = new Date(now);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `${day}-${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}

function randomLetters(count: number): string {
  return [...randomBytes(count)].map((byte) => 'abcdefghjkmnpqrstuvwxyz23456789'[byte % 31]).join('');
}
