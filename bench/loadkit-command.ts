import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type RunRecord, runRecordSchema } from '../cli/src/record/run-record.ts';
import { type ReportJsonRun, reportJsonSchema } from '../cli/src/report/report-json.ts';

const bin = fileURLToPath(new URL('../cli/bin/loadkit.js', import.meta.url));
const resultSchema = z.object({ runs: z.array(z.object({ folder: z.string() })) });
const limitMs = 3_600_000;

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LoadkitRun {
  readonly exitCode: number;
  readonly record: RunRecord;
  /** The same run as `report.json` tells it. */
  readonly report: ReportJsonRun;
  /** Epoch milliseconds at which the command was called. */
  readonly calledAt: number;
}

/** The built command, to its end; it is not thrown that it ends with another code than 0. */
export function loadkit(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [bin, ...args],
      { env: { ...process.env, ...env }, timeout: limitMs, maxBuffer: 50_000_000 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        resolve({ exitCode: typeof code === 'number' ? code : 1, stdout, stderr });
      },
    );
  });
}

/** `loadkit run` with its record and figures; nothing of it stays on the disk. Throws where it left no record. */
export async function loadkitRun(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<LoadkitRun> {
  const reports = await mkdtemp(join(tmpdir(), 'loadkit-bench-'));
  const calledAt = Date.now();
  try {
    const ended = await loadkit(['run', ...args, '--json', '--quiet', '--no-install', '--reports', reports], env);
    const folder = folderOf(ended);
    const record = runRecordSchema.parse(JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')));
    const { runs } = reportJsonSchema.parse(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')));
    const [report] = runs;
    if (report === undefined) throw new Error(`${folder} holds a report without a run`);
    return { exitCode: ended.exitCode, record, report, calledAt };
  } finally {
    await rm(reports, { recursive: true, force: true });
  }
}

function folderOf({ exitCode, stdout, stderr }: Ended): string {
  const [first] = stdout.startsWith('{') ? resultSchema.parse(JSON.parse(stdout)).runs : [];
  if (first === undefined) throw new Error(`loadkit ended with ${exitCode}: ${stderr.trim().split('\n').at(-1)}`);
  return first.folder;
}
