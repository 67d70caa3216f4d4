import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { k6Crash } from '../../../src/load/k6-crash.ts';

function logOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'loadkit-crash-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'k6.log');
  writeFileSync(file, text);
  return file;
}
const exit = (code: number | null, signal: NodeJS.Signals | null = null) => ({ code, signal, at: 0 });
const trace = 'goroutine 1 [running]:\nmain.main()\n\t/k6/main.go:1 +0x1\n'.repeat(20_000);

describe('the way k6 ended', () => {
  it.each([
    ['SIGKILL', exit(null, 'SIGKILL'), 'SIGKILL'],
    ['the number that a shell makes of SIGKILL', exit(137), 'SIGKILL'],
    ['the number that a shell makes of SIGSEGV', exit(139), 'SIGSEGV'],
  ])('is a signal by %s', async (_, ended, signal) => {
    expect(await k6Crash(ended, logOf(''), 0)).toEqual({ kind: 'signal', signal, message: null, waitedMs: null });
  });

  it.each([
    ['runtime: cannot allocate 8 bytes\nfatal error: runtime: out of memory\n', 'fatal error: runtime: out of memory'],
    ['runtime/cgo: pthread_create failed: Resource temporarily unavailable\n', /^runtime\/cgo: pthread_create/],
    ['panic: runtime error: index out of range [1]\n', /^panic: runtime error/],
  ])('is told by what Go wrote before its stack traces: %s', async (words, message) => {
    const crash = await k6Crash(exit(2), logOf(`running (0m01.0s)\n${words}${trace}`), 0);
    expect(crash).toMatchObject({ kind: 'runtime', message: expect.stringMatching(message) });
  });

  it('is not told by a former run in the same log', async () => {
    const former = 'fatal error: runtime: out of memory\n';
    expect(await k6Crash(exit(2), logOf(`${former}stopped\n`), former.length)).toBeNull();
  });

  it.each([0, 2, 99, 105, 107, 109, 255])('is its own choice with %i and no word of Go', async (code) => {
    expect(await k6Crash(exit(code), logOf('level=error msg="no"\n'), 0)).toBeNull();
  });

  it('is its own choice where there is no log', async () => {
    expect(await k6Crash(exit(2), '/nonexistent/k6.log', 0)).toBeNull();
  });
});
