import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEnvironment } from '../cli/src/config/environment.ts';
import { runLoad } from '../cli/src/load/k6-run.ts';
import type { LoadOutcome, LoadRequest } from '../cli/src/load/load.ts';
import { systemClock } from '../cli/src/system/clock.ts';

export const rate = 1_000;
export const seconds = 6;

interface BenchLoad extends Pick<LoadRequest, 'k6' | 'baseUrl' | 'supervisor'> {
  /** For the script and k6's log. */
  readonly folder: string;
  /** Endpoint names that the requests are spread over. */
  readonly names: number;
  /** Requests a second; `rate` when absent. */
  readonly perSecond?: number;
  readonly onLine?: LoadRequest['onLine'];
}

const timeoutMs = 60_000;

/** A short load at a fixed rate, collected as `loadkit run` does it. Throws when k6 did not end well. */
export async function runBenchLoad({
  folder,
  names,
  perSecond = rate,
  onLine,
  ...given
}: BenchLoad): Promise<LoadOutcome> {
  const scriptFile = join(folder, 'script.js');
  await writeFile(scriptFile, script);
  const outcome = await runLoad({
    ...given,
    scriptFile,
    parameters: {
      ...{ profile: null, vus: null, duration: null, rate: null, iterations: null, stages: [], seed: 1 },
      env: { NAMES: String(names), RATE: String(perSecond) },
    },
    options: {},
    foreign: false,
    withoutExport: false,
    withoutSummary: false,
    allowedAddresses: [],
    logFile: join(folder, 'k6.log'),
    outputFile: join(folder, 'k6-output.log'),
    clock: systemClock,
    env: readEnvironment().forChildren,
    onLine: onLine ?? (() => undefined),
    onStarted: () => undefined,
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (outcome.exitCode === 0) return outcome;
  throw new Error(`k6 ended with ${outcome.exitCode}: ${outcome.consoleTail.at(-1) ?? 'no output'}`);
}

const script = `
import http from 'k6/http';
const names = Array.from({ length: Number(__ENV.NAMES) }, (_, n) => 'endpoint_' + n);
export const options = {
  scenarios: {
    steady: {
      executor: 'constant-arrival-rate', rate: Number(__ENV.RATE), timeUnit: '1s', duration: '${seconds}s',
      preAllocatedVUs: 100, maxVUs: 400,
    },
  },
};
export default function () {
  http.post(__ENV.BASE_URL + '/', '{}', { tags: { name: names[__ITER % names.length] } });
}
`;
