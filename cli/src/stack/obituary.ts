import type { EventLine } from '../record/series.ts';
import { readLogTail } from '../system/log-tail.ts';
import { maskSecrets } from '../system/secret.ts';
import type { ProcessExit } from '../system/supervisor.ts';
import { describeExit } from './readiness.ts';
import type { Mortal } from './start-context.ts';

const lastLines = 3;
const longest = 600;

/** The event of an end, with the last words of its log. */
export async function obituary({ name, logFile }: Omit<Mortal, 'exited'>, exit: ProcessExit): Promise<EventLine> {
  const lines = await readLogTail(logFile, lastLines).catch(() => []);
  const detail = maskSecrets([describeExit(exit), ...lines].join('\n')).slice(0, longest);
  return { kind: 'event', t: exit.at, name: 'process-exited', subject: name, detail };
}
