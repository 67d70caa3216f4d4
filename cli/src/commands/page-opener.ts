import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../system/error.ts';
import { findExecutable } from '../system/executable-file.ts';
import type { CommandContext } from './context.ts';

/** `open` of macOS; of the others what hands a file to the desktop, from WSL to Windows. */
const openers = process.platform === 'darwin' ? ['open'] : ['xdg-open', 'wslview', 'gio'];
const answerLimitMs = 3_000;

/**
 * Opens a page with the system's opener, which belongs to the user from then on. Where there is none, or it fails at once, a
 * line on stderr says so and how to open the page by hand: the report is written all the same.
 */
export async function openPage(file: string, { environment, output, cwd }: CommandContext): Promise<void> {
  const opener = openers.find((name) => findExecutable(name, cwd, environment.path) !== undefined);
  const problem =
    opener === undefined
      ? `there is no program here that opens a page (${openers.join(', ')})`
      : await start(opener, opener === 'gio' ? ['open', file] : [file], environment.forChildren);
  if (problem === null) return;
  output.err.write(`loadkit: the page was not opened: ${problem}\n  open it yourself: ${pathToFileURL(file).href}\n`);
}

/** What went wrong; null once it ended well, or still runs after a moment: some openers are the browser itself. */
async function start(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { env, detached: true, stdio: 'ignore' });
    const limit = setTimeout(() => resolve(null), answerLimitMs);
    const end = (problem: string | null): void => {
      clearTimeout(limit);
      resolve(problem);
    };
    child.once('error', (error) => end(`${file}: ${messageOf(error)}`));
    child.once('exit', (code) => end(code === 0 ? null : `${file} ended with ${code ?? 'a signal'}`));
    child.unref();
  });
}
