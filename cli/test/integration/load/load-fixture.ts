import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectScenario } from '../../../src/load/k6-inspect.ts';
import { runLoad } from '../../../src/load/k6-run.ts';
import type { InspectedScenario, LoadOutcome, ScenarioParameters } from '../../../src/load/load.ts';
import type { LoadLine } from '../../../src/record/series.ts';
import { systemClock } from '../../../src/system/clock.ts';
import type { Supervisor } from '../../../src/system/supervisor.ts';
import type { K6Tool } from '../../../src/system/tool.ts';
import { startSupervisor } from '../../../src/system/watchdog-client.ts';
import { k6ForTests } from './k6-tool.ts';

export interface LoadFixture {
  readonly folder: string;
  inspect(script: string, given?: Given): Promise<InspectedScenario>;
  /** Inspects and runs. */
  run(script: string, given?: Given): Promise<{ outcome: LoadOutcome; lines: LoadLine[]; log: string; output: string }>;
  close(): Promise<void>;
}

export interface Given {
  readonly baseUrl?: string;
  readonly parameters?: Partial<ScenarioParameters>;
  readonly inherited?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly k6?: K6Tool;
  /** `--no-k6-summary` */
  readonly withoutSummary?: boolean;
  readonly onLine?: (line: LoadLine) => void;
  readonly onStarted?: (pid: number) => void;
  readonly silenceLimitMs?: number;
  readonly consoleFile?: string;
}

const noParameters: ScenarioParameters = {
  profile: null,
  vus: null,
  duration: null,
  rate: null,
  iterations: null,
  stages: [],
  seed: null,
  env: {},
};

export async function openLoadFixture(): Promise<LoadFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'loadkit-load-test-'));
  const supervisor = await startSupervisor({ tempRoot: folder, clock: systemClock });
  let runs = 0;
  return {
    folder,
    inspect: (script, given = {}) => inspectScenario(requestOf(supervisor, script, given)),
    run: async (script, given = {}) => {
      const request = requestOf(supervisor, script, given);
      const { scenario, withoutExport } = await inspectScenario(request);
      const lines: LoadLine[] = [];
      runs += 1;
      const log = join(folder, `k6-${runs}.log`);
      const output = join(folder, `k6-${runs}.out`);
      const outcome = await runLoad({
        ...request,
        options: scenario.options,
        foreign: scenario.foreign,
        withoutExport,
        withoutSummary: given.withoutSummary ?? false,
        allowedAddresses: [],
        logFile: log,
        outputFile: output,
        consoleFile: given.consoleFile ?? null,
        onLine: (line) => {
          lines.push(line);
          given.onLine?.(line);
        },
        onStarted: given.onStarted ?? (() => undefined),
        ...(given.silenceLimitMs === undefined ? {} : { silenceLimitMs: given.silenceLimitMs }),
      });
      return { outcome, lines, log, output };
    },
    close: async () => {
      await supervisor.close({ graceMs: 1_000 });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function requestOf(supervisor: Supervisor, script: string, given: Given) {
  return {
    k6: given.k6 ?? k6ForTests(),
    name: 'test',
    scriptFile: script.startsWith('/') ? script : join(import.meta.dirname, 'scripts', script),
    displayFile: script,
    parameters: { ...noParameters, ...given.parameters },
    baseUrl: given.baseUrl ?? 'http://127.0.0.1:9',
    strict: false,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...given.inherited },
    supervisor,
    clock: systemClock,
    signal: given.signal ?? new AbortController().signal,
  };
}

/** Sum of a counter over all lines and tags that `matches` lets through. */
export function totalOf(
  lines: readonly LoadLine[],
  name: string,
  matches: (key: string) => boolean = () => true,
): number {
  return lines
    .flatMap((line) => Object.entries(line.counters))
    .filter(([key]) => (key === name || key.startsWith(`${name}{`)) && matches(key))
    .reduce((sum, [, value]) => sum + value, 0);
}
