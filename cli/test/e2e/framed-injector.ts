import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { drillFolder, newJournalFile } from '../../src/faults/cleanup.ts';
import type { FaultTarget } from '../../src/faults/fault-target.ts';
import { type InjectorWord, injectorWordSchema } from '../../src/faults/injector-word.ts';
import { type Journal, readJournal } from '../../src/faults/journal.ts';
import type { InjectionOrder } from '../../src/faults/order.ts';
import { processesNaming } from './family.ts';
import { bin } from './loadkit.ts';

const program = fileURLToPath(new URL('../fixtures/faults/drill-frame.ts', import.meta.url));
const waitMs = 30_000;
const lookEveryMs = 10;

/** Who is killed: the injector; loadkit, whose watchdog then ends the injector; both and the watchdog at once. */
export const victims = ['injector', 'loadkit', 'together'] as const;
export type FrameVictim = (typeof victims)[number];

export interface FramedInjector {
  /** Steps of its journal, as far as it was seen; empty before it is written. */
  journal(): Promise<Journal['steps']>;
  journalWritten(): Promise<void>;
  /** Rejects when it says that it does not stand. */
  standing(): Promise<void>;
  words(): InjectorWord[];
  /** SIGTERM: the injector begins to undo. */
  order(): void;
  kill(victim: FrameVictim): void;
  /** Resolves when there was a guard, and is none any more. */
  killGuard(): Promise<void>;
  /** Processes and files of this injector, except the folder of a watchdog that was killed. */
  left(): string[];
  end(): void;
}

/** An injector as `loadkit drill` starts it, with the watchdog and the undo command around it, against a target of somebody else. */
export async function startFramedInjector(
  cacheHome: string,
  order: { fault: string; target: FaultTarget } & Pick<InjectionOrder, 'startAt' | 'maxMs'>,
): Promise<FramedInjector> {
  const folder = mkdtempSync(join(tmpdir(), 'lk-frame-'));
  const journals = drillFolder(join(cacheHome, 'loadkit'));
  const journalFile = newJournalFile(journals);
  const [orderFile, wordsFile] = [join(folder, 'order.json'), join(folder, 'words.ndjson')];
  writeFileSync(orderFile, JSON.stringify({ ...order, journalFile }));
  writeFileSync(wordsFile, '');
  const loader = createRequire(import.meta.url).resolve('tsx');
  const frame = spawn(
    process.execPath,
    ['--import', loader, program, bin, orderFile, journalFile, wordsFile],
    // A group of its own, so that what is meant for it does not reach the test.
    {
      detached: true,
      cwd: folder,
      env: { PATH: process.env.PATH, DRILL_FRAME: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = await once(createInterface(frame.stdout), 'line', { signal: AbortSignal.timeout(waitMs) });
  const injector = Number(line);
  const watchdog = parentOf(injector);

  const words = (): InjectorWord[] =>
    readFileSync(wordsFile, 'utf8')
      .split('\n')
      .slice(0, -1) // what follows the last end of a line is being written
      .map((text) => injectorWordSchema.parse(JSON.parse(text)));
  const guards = () => processesNaming(journalFile).filter((text) => text.includes('guard-program'));
  let seen: Journal['steps'] = [];

  return {
    journal: async () => {
      seen = (await readJournal(journalFile))?.steps ?? seen;
      return seen;
    },
    journalWritten: () => until('a journal', () => existsSync(journalFile)),
    standing: async () => {
      await until('a word', () => words().length > 0);
      const [word] = words();
      if (word?.kind !== 'standing') throw new Error(`${order.fault} does not stand: ${JSON.stringify(word)}`);
    },
    words,
    order: () => signal(injector, 'SIGTERM'),
    kill: (victim) => {
      if (victim === 'injector') return signal(injector, 'SIGKILL');
      if (victim === 'loadkit') return signal(frame.pid ?? 0, 'SIGKILL');
      // The watchdog first, or it would already undo.
      for (const pid of [watchdog, frame.pid ?? 0, injector]) signal(pid, 'SIGKILL');
    },
    killGuard: async () => {
      await until('a guard', () => guards().length > 0);
      for (const text of guards()) signal(Number.parseInt(text, 10), 'SIGKILL');
      await until('no guard', () => guards().length === 0);
    },
    left: () => [
      ...new Set([...processesNaming(folder), ...processesNaming(journals)].map((text) => `process ${text}`)),
      ...(existsSync(journals) ? readdirSync(journals).map((name) => `journal ${name}`) : []),
    ],
    end: () => {
      for (const text of [...processesNaming(folder), ...processesNaming(journalFile)]) {
        signal(Number.parseInt(text, 10), 'SIGKILL');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function signal(pid: number, name: NodeJS.Signals): void {
  if (pid <= 1) throw new Error(`no process ${pid}`);
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + waitMs;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`${what} never came`);
    await sleep(lookEveryMs);
  }
}
