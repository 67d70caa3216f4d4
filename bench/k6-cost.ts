import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readEnvironment } from '../cli/src/config/environment.ts';
import { locateProject } from '../cli/src/config/project.ts';
import { runLoad } from '../cli/src/load/k6-run.ts';
import { systemClock } from '../cli/src/system/clock.ts';
import { startSupervisor } from '../cli/src/system/watchdog-client.ts';
import { surveyTools } from '../cli/src/toolchain/survey.ts';
import type { Bench } from './row.ts';
import { interleaved, median } from './row.ts';

const rate = 1_000;
const seconds = 6;
const pairs = 4;

/** k6's CPU per request when loadkit collects, over that of k6 alone with the same script. */
export const k6Cost: Bench = {
  name: 'k6 CPU per request',
  run: async () => {
    const environment = readEnvironment();
    const signal = AbortSignal.timeout(240_000);
    const found = await surveyTools({
      settings: environment.tools,
      path: environment.path,
      cacheFolder: environment.cacheFolder,
      pinnedFolder: locateProject('bench').toolchainFiles,
      platform: process.platform,
      arch: process.arch,
      env: environment.forChildren,
      signal,
    });
    const k6 = found.k6.found?.tool;
    const compares = 'loadkit collecting / bare k6';
    if (k6 === undefined)
      return { name: k6Cost.name, compares, ratios: [], absolute: '', notRun: 'no k6; loadkit setup' };

    const folder = await mkdtemp(join(tmpdir(), 'loadkit-bench-'));
    const supervisor = await startSupervisor({ tempRoot: tmpdir(), clock: systemClock });
    const target = fork(new URL('./target.ts', import.meta.url), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    try {
      const [port] = await once(target.stdout ?? target, 'data');
      const baseUrl = `http://127.0.0.1:${String(port).trim()}`;
      const script = join(folder, 'script.js');
      await writeFile(script, scriptText);
      const timed = await timedK6(folder, k6.executable.file);
      const collecting = async () => {
        const outcome = await runLoad({
          k6: { ...k6, executable: { file: timed, env: k6.executable.env } },
          scriptFile: script,
          parameters: { profile: null, vus: null, duration: null, rate: null, iterations: null, seed: 1, env: {} },
          options: {},
          baseUrl,
          logFile: join(folder, 'k6.log'),
          supervisor,
          clock: systemClock,
          env: environment.forChildren,
          onLine: () => undefined,
          onStarted: () => undefined,
          signal,
        });
        return (await cpuSeconds(folder)) / outcome.reconciliation.seriesRequests;
      };
      const bare = async () => {
        const summary = join(folder, 'bare.json');
        await promisify(execFile)(
          timed,
          ['run', '--quiet', '--summary-export', summary, '-e', `BASE_URL=${baseUrl}`, script],
          {
            env: { ...environment.forChildren, K6_NO_USAGE_REPORT: 'true' },
            timeout: 60_000,
          },
        );
        const { metrics } = JSON.parse(await readFile(summary, 'utf8'));
        return (await cpuSeconds(folder)) / metrics.http_reqs.count;
      };
      await bare();
      const { ratios, a, b } = await interleaved(pairs, collecting, bare);
      const micro = (values: readonly number[]) => `${(median(values) * 1e6).toFixed(0)} µs`;
      return { name: k6Cost.name, compares, ratios, absolute: `${micro(a)} / ${micro(b)} at ${rate}/s` };
    } finally {
      target.kill();
      await supervisor.close({ graceMs: 1_000 });
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const scriptText = `
import http from 'k6/http';
export const options = {
  scenarios: { s: { executor: 'constant-arrival-rate', rate: ${rate}, timeUnit: '1s', duration: '${seconds}s', preAllocatedVUs: 50, maxVUs: 200 } },
  thresholds: { 'http_req_duration{name:one}': ['p(95)<1000'] },
};
export default function () { http.post(__ENV.BASE_URL + '/', '{}', { tags: { name: 'one' } }); }
`;

/** k6 behind the shell's own timer: user and system seconds of the finished process. */
async function timedK6(folder: string, k6: string): Promise<string> {
  const file = join(folder, 'timed-k6');
  await writeFile(
    file,
    `#!/usr/bin/env bash\nTIMEFORMAT='%U %S'\n{ time '${k6}' "$@" 2>&3; } 3>&2 2>'${join(folder, 'times')}'\n`,
  );
  await chmod(file, 0o755);
  return file;
}

async function cpuSeconds(folder: string): Promise<number> {
  const [user, system] = (await readFile(join(folder, 'times'), 'utf8')).trim().split(' ').map(Number);
  return (user ?? 0) + (system ?? 0);
}
