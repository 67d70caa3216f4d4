import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wrappedK6 } from '../../fixtures/generator/wrapped-k6.ts';
import { k6ForTests } from './k6-tool.ts';
import { type LoadFixture, openLoadFixture, totalOf } from './load-fixture.ts';
import { startTargetServer, type TargetServer } from './target-server.ts';

let fixture: LoadFixture;
let target: TargetServer;

beforeAll(async () => {
  fixture = await openLoadFixture();
  target = await startTargetServer();
});
afterAll(async () => {
  await fixture.close();
  await target.close();
});

const parameters = { vus: '3', duration: '30s', env: { TARGET_PATH: '/', THINK: '0.05' } };

function wrapped(...lines: string[]) {
  const k6 = k6ForTests();
  return { ...k6, executable: { file: wrappedK6(fixture.folder, k6.executable.file, lines), env: {} } };
}

describe('a k6 that comes to no end of its own', () => {
  test.each([
    ['k6 itself', []],
    ['the shell that stands before it', ['trap "" INT TERM', `'${k6ForTests().executable.file}' "$@"`, 'exit $?']],
  ])('is told by the signal that ended it, as %s passes it on', async (_, lines) => {
    let group = 0;
    let sent = false;
    const { outcome, lines: series } = await fixture.run('target.js', {
      k6: wrapped(...lines),
      baseUrl: target.baseUrl,
      parameters,
      onStarted: (pid) => {
        group = pid;
      },
      onLine: () => {
        if (sent) return;
        sent = true;
        killK6(group);
      },
    });

    expect(outcome.crash).toEqual({ kind: 'signal', signal: 'SIGKILL', message: null, waitedMs: null });
    expect(outcome.summary).toBeNull();
    expect(totalOf(series, 'http_reqs')).toBeGreaterThan(0);
  });

  test('is told by the words of its runtime where it has no memory', async () => {
    const { outcome } = await fixture.run('hungry.js', { k6: wrapped('ulimit -v 2000000'), baseUrl: target.baseUrl });

    expect(outcome.exitCode).toBe(2);
    expect(outcome.crash).toMatchObject({
      kind: 'runtime',
      message: expect.stringMatching(/^fatal error: .*(out of memory|cannot allocate memory)/),
    });
  });

  test('is ended when it stops to speak, and the silence is told', async () => {
    let pid = 0;
    const { outcome, lines } = await fixture.run('target.js', {
      baseUrl: target.baseUrl,
      parameters,
      silenceLimitMs: 4_000,
      onStarted: (started) => {
        pid = started;
      },
      onLine: () => process.kill(pid, 'SIGSTOP'),
    });

    expect(outcome.crash).toMatchObject({ kind: 'silent', waitedMs: 4_000 });
    expect(outcome.summary).toBeNull();
    expect(lines.length).toBeGreaterThan(0);
  });

  test('is left alone while it only waits in its setup, longer than it may be silent', async () => {
    const { outcome } = await fixture.run('slow-setup.js', { baseUrl: target.baseUrl, silenceLimitMs: 3_000 });

    expect(outcome.crash).toBeNull();
    expect(outcome.exitCode).toBe(0);
    expect(outcome.reconciliation).toMatchObject({ seriesRequests: 1, difference: 0 });
  });
});

/** k6 in a group: the child of its leader, or the leader where that has become k6. */
function killK6(leader: number): void {
  const table = execFileSync('ps', ['-A', '-o', 'ppid=,pid='], { encoding: 'utf8' });
  const child = table
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .find(([parent]) => parent === leader)?.[1];
  process.kill(child ?? leader, 'SIGKILL');
}
