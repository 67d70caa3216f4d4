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
  readonly onLine?: LoadRequest['onLine'];
  readonly onStarted?: LoadRequest['onStarted'];
  /** `--no-k6-summary` */
  readonly withoutSummary?: boolean;
  /** Else `rate` for `seconds` by 50 to 200 users. Users that k6 makes on the way cost memory. */
  readonly pace?: { readonly rate: number; readonly seconds: number; readonly vus: number };
}

/** Beyond the load itself. */
const graceMs = 54_000;

/** A short load at a fixed rate, collected as `loadkit run` does it. Throws when k6 did not end well. */
export async function runBenchLoad({ folder, names, pace, ...given }: BenchLoad): Promise<LoadOutcome> {
  const asked = pace ?? { rate, seconds, vus: null };
  const users = asked.vus === null ? {} : { VUS: String(asked.vus) };
  const scriptFile = join(folder, 'script.js');
  await writeFile(scriptFile, script);
  const outcome = await runLoad({
    onLine: () => undefined,
    onStarted: () => undefined,
    withoutSummary: false,
    ...given,
    scriptFile,
    parameters: {
      ...{ profile: null, vus: null, duration: null, rate: null, iterations: null, stages: [], seed: 1 },
      env: { NAMES: String(names), RATE: String(asked.rate), SECONDS: String(asked.seconds), ...users },
    },
    options: {},
    foreign: false,
    withoutExport: false,
    allowedAddresses: [],
    logFile: join(folder, 'k6.log'),
    outputFile: join(folder, 'k6-output.log'),
    clock: systemClock,
    env: readEnvironment().forChildren,
    signal: AbortSignal.timeout(asked.seconds * 1_000 + graceMs),
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
      executor: 'constant-arrival-rate', rate: Number(__ENV.RATE), timeUnit: '1s', duration: __ENV.SECONDS + 's',
      preAllocatedVUs: Number(__ENV.VUS ?? 50), maxVUs: Number(__ENV.VUS ?? 200),
    },
  },
};
export default function () {
  http.post(__ENV.BASE_URL + '/', '{}', { tags: { name: names[__ITER % names.length] } });
}
`;
