import type { Response } from '../record/drill.ts';
import type { StackEndpoints } from '../stack/stack.ts';
import type { Clock } from '../system/clock.ts';
import { maskSecrets } from '../system/secret.ts';
import type { SupervisedProcess, Supervisor } from '../system/supervisor.ts';

export interface ResponseContext {
  /** Of a shell. */
  readonly command: string;
  readonly endpoints: StackEndpoints;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Hears of every change. */
  readonly onChange: (response: Response) => Promise<void>;
}

const stopGraceMs = 2_000;

export function notResponded(command: string): Response {
  return { command: maskSecrets(command), startedAt: null, endedAt: null, exitCode: null };
}

/**
 * Runs the command of `--mitigate` in a shell, in the folder of loadkit, with the addresses of the target in `BASE_URL`,
 * `REDIS_URL`, `MYSQL_URL` and `KAFKA_BROKERS`. Resolves at `endAt` (epoch milliseconds); what still runs then is ended, as when
 * `signal` aborts. That it fails is a finding of the drill and not its end.
 */
export async function respond(
  { command, endpoints, supervisor, clock, env, logFile, onChange }: ResponseContext,
  endAt: number,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = clock.now();
  const process: SupervisedProcess = await supervisor.spawn({
    name: 'mitigate',
    file: '/bin/sh',
    args: ['-c', command],
    env: { ...env, ...addressesOf(endpoints) },
    logFile,
  });
  const running = { ...notResponded(command), startedAt };
  await onChange(running);
  let isOver = false;
  const over = process.exited.then(async ({ at, code }) => {
    if (!isOver) await onChange({ ...running, endedAt: at, exitCode: code });
  });
  try {
    await clock.sleep(endAt - clock.now(), signal);
  } finally {
    isOver = true;
    await process.stop({ graceMs: stopGraceMs });
    await over;
  }
}

function addressesOf({ baseUrl, redisUrl, mysqlUrl, kafkaBrokers }: StackEndpoints): Record<string, string> {
  return {
    ...(baseUrl === null ? {} : { BASE_URL: baseUrl }),
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
    ...(mysqlUrl === null ? {} : { MYSQL_URL: mysqlUrl }),
    ...(kafkaBrokers === null ? {} : { KAFKA_BROKERS: kafkaBrokers.join(',') }),
  };
}
