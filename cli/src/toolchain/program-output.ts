import { spawn } from 'node:child_process';
import type { SearchContext } from './context.ts';

/** What a short-lived program printed, both streams together; or why there is nothing. */
export type ProgramOutput =
  | { readonly ok: true; readonly text: string; readonly exitCode: number }
  | { readonly ok: false; readonly reason: string };

export interface AskOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Given to its stdin. */
  readonly input?: string;
  readonly cwd?: string;
  readonly timeoutMs?: number;
}

/** A JVM on a busy machine takes a second; a program that takes this long hangs. */
const defaultTimeoutMs = 15_000;
const outputLimit = 1024 * 1024;

/**
 * Runs a program for its output. Never rejects, except when the command is interrupted.
 * It gets a process group of its own, so that a wrapper script's children cannot outlive the time limit.
 */
export function askProgram(
  file: string,
  args: readonly string[],
  context: Pick<SearchContext, 'env' | 'signal'>,
  options: AskOptions = {},
): Promise<ProgramOutput> {
  const { timeoutMs = defaultTimeoutMs, input } = options;
  const { signal } = context;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...args], {
      env: { ...context.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdio: 'pipe',
      detached: true,
    });
    let text = '';
    const take = (chunk: Buffer) => {
      if (text.length < outputLimit) text += chunk.toString('utf8');
    };
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupted);
      for (const stream of child.stdio) stream?.destroy();
      settle();
    };
    const end = () => killGroup(child.pid);
    const interrupted = () => {
      end();
      finish(() => reject(signal.reason));
    };
    const timer = setTimeout(() => {
      end();
      finish(() => resolve({ ok: false, reason: `gave no answer within ${timeoutMs / 1000} s` }));
    }, timeoutMs);
    signal.addEventListener('abort', interrupted, { once: true });
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    // A program that never reads its stdin closes it early; its output says more than that.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
    child.once('error', (error) => finish(() => resolve({ ok: false, reason: error.message })));
    child.once('close', (code, killedBy) =>
      finish(() =>
        resolve(code === null ? { ok: false, reason: `ended by ${killedBy}` } : { ok: true, text, exitCode: code }),
      ),
    );
  });
}

/** Why a program's answer is of no use: `exit 127: libaio.so.1: cannot open shared object file`. */
export function failureOf(output: ProgramOutput): string {
  if (!output.ok) return output.reason;
  if (output.exitCode === 0)
    return `its answer names no version: "${output.text.trim().split('\n')[0]?.slice(0, 80) ?? ''}"`;
  const lastLine = output.text.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
  return `exit ${output.exitCode}${lastLine === '' ? '' : `: ${lastLine}`}`;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
