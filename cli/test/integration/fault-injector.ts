import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { newJournalFile } from '../../src/faults/cleanup.ts';
import type { FaultTarget } from '../../src/faults/fault-target.ts';
import { type InjectorWord, injectorWordSchema } from '../../src/faults/injector-word.ts';
import type { InjectionOrder } from '../../src/faults/order.ts';
import { systemClock } from '../../src/system/clock.ts';
import { pollUntil } from '../../src/system/polling.ts';
import { processesWith } from '../fixtures/supervisor/processes.ts';

const program = fileURLToPath(new URL('../fixtures/faults/injector.ts', import.meta.url));

export const noTarget: FaultTarget = {
  baseUrl: null,
  redisUrl: null,
  mysqlUrl: null,
  kafkaBrokers: null,
  proxies: {},
  processes: [],
  processesFile: null,
  redisLocks: [],
  overridesFile: null,
  overridable: [],
  metricsUrls: {},
  overridesMetric: null,
};

/** True when it became so in time. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  const result = await pollUntil(async () => ((await condition()) ? true : undefined), {
    clock: systemClock,
    timeoutMs: 20_000,
    intervalMs: 20,
  });
  return !result.timedOut;
}

/** An injector as the drill starts it: a process that leads a group of its own. Order and journal lie in `folder`. */
export function startInjector(
  folder: string,
  fault: string,
  target: Partial<FaultTarget>,
  changes: Partial<InjectionOrder> = {},
) {
  const journalFile = newJournalFile(folder);
  const order: InjectionOrder = {
    fault,
    target: { ...noTarget, ...target },
    startAt: null,
    maxMs: 60_000,
    journalFile,
    ...changes,
  };
  const orderFile = join(folder, 'order.json');
  writeFileSync(orderFile, JSON.stringify(order));
  const child = spawn(process.execPath, ['--import', 'tsx', program, orderFile], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit').then(([code]): unknown => code);
  const words: InjectorWord[] = [];
  createInterface(child.stdout).on('line', (line) => words.push(injectorWordSchema.parse(JSON.parse(line))));

  return {
    journalFile: order.journalFile,
    words,
    exited,
    /** Resolves with the word when it was said; rejects when the injector said `failed` instead, or nothing. */
    standing: async () => {
      await until(() => words.length > 0);
      const [word] = words;
      if (word?.kind !== 'standing') throw new Error(`it does not stand: ${JSON.stringify(words)}`);
      return word;
    },
    signal: (name: NodeJS.Signals) => void child.kill(name),
    /** Of the whole group, as the watchdog ends it. */
    killGroup: () => void (child.pid === undefined || process.kill(-child.pid, 'SIGKILL')),
    closeStdout: () => void child.stdout.destroy(),
    /** Ends the process that undoes when the injector is gone; resolves when it is gone. */
    killGuard: async () => {
      const guards = async () =>
        (await processesWith(order.journalFile)).filter((line) => line.includes('guard-program'));
      for (const line of await guards()) process.kill(Number.parseInt(line, 10), 'SIGKILL');
      await until(async () => (await guards()).every((line) => /^\s*\d+\s+Z/.test(line)));
    },
    /** Ends what a failed test left. */
    end: async () => {
      child.kill('SIGTERM');
      await Promise.race([exited, systemClock.sleep(15_000)]);
      child.kill('SIGKILL');
    },
  };
}

export type Injector = ReturnType<typeof startInjector>;
