import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withTimeout } from '../system/polling.ts';
import type { SupervisedProcess, Supervisor } from '../system/supervisor.ts';

/** The `docker` program, run under the supervisor, so that nothing of it outlives the command. */
export interface DockerCli {
  readonly file: string;
  /** What each call gets: the user's choice of engine, without the settings that would bend compose (`COMPOSE_*`). */
  readonly env: Readonly<Record<string, string>>;
  /** Runs a call to its end. A call that fails, or takes too long, is an answer; rejects only when `signal` aborts. */
  run(args: readonly string[], options: DockerCallOptions): Promise<DockerAnswer>;
  /** Starts a call that stays. */
  start(
    args: readonly string[],
    options: { readonly name: string; readonly logFile: string; readonly stdoutFile?: string },
  ): Promise<SupervisedProcess>;
}

export interface DockerCallOptions {
  readonly timeoutMs: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** What it printed is appended to this file too. */
  readonly logFile?: string;
}

export interface DockerAnswer {
  readonly ok: boolean;
  readonly stdout: string;
  /** What went wrong, in docker's own words; empty when it went well. */
  readonly complaint: string;
}

interface DockerCliContext {
  readonly dockerFile: string;
  readonly env: Readonly<Record<string, string>>;
  readonly supervisor: Pick<Supervisor, 'spawn' | 'tempDir'>;
}

export async function dockerCli({ dockerFile: file, env: given, supervisor }: DockerCliContext): Promise<DockerCli> {
  const env = Object.fromEntries(Object.entries(given).filter(([name]) => !name.startsWith('COMPOSE_')));
  const folder = await supervisor.tempDir('docker');
  let calls = 0;

  async function run(args: readonly string[], options: DockerCallOptions): Promise<DockerAnswer> {
    calls += 1;
    const [out, err] = [join(folder, `${calls}.out`), join(folder, `${calls}.err`)];
    const call = await supervisor.spawn({
      name: 'docker',
      file,
      args,
      env: { ...env, ...options.env },
      cwd: '/',
      logFile: err,
      stdoutFile: out,
    });
    const exit = await withTimeout(options.timeoutMs, () => call.exited, options.signal).catch(
      async (error: unknown) => {
        await call.stop({ graceMs: 0 });
        if (options.signal?.aborted || !isTimeout(error)) throw error;
        return null;
      },
    );
    const [stdout = '', stderr = ''] = await Promise.all([out, err].map((name) => readFile(name, 'utf8')));
    if (options.logFile !== undefined)
      await appendFile(options.logFile, `${stdout}${stderr}`, { mode: 0o600 }).catch(() => {});
    if (exit?.code === 0) return { ok: true, stdout, complaint: '' };
    const said = exit === null ? `no answer within ${options.timeoutMs / 1000} s` : complaintIn(stderr);
    return { ok: false, stdout, complaint: said === '' ? 'it failed without a word' : said };
  }

  return {
    file,
    env,
    run,
    start: (args, spec) => supervisor.spawn({ ...spec, file, args, env, cwd: '/' }),
  };
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

const most = 600;

/** The lines that complain, without the progress before them; the last lines where none does. */
export function complaintIn(stderr: string): string {
  const lines = stderr
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^time="[^"]*" level=warning/.test(line));
  const complaining = lines.filter((line) =>
    /error|fail|cannot|denied|invalid|unable|not found|no such|must|unknown/i.test(line),
  );
  const said = complaining.length === 0 ? lines.slice(-3) : complaining;
  return [...new Set(said.map((line) => line.replace(/^Error response from daemon: /, '')))]
    .slice(-4)
    .join('\n')
    .slice(0, most);
}
