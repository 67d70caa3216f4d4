import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunRecord } from '../../src/record/run-record.ts';
import { readSeries } from '../../src/record/series-file.ts';
import { indexSeries, type Series } from '../../src/record/series-index.ts';
import { Family, type Lifetime, processesNaming, type Victim, victims } from './family.ts';
import {
  cacheWithoutStacks,
  type Finished,
  type RunningCommand,
  readRecord,
  runFolders,
  type Workplace,
} from './loadkit.ts';
import { orHangs, settled } from './patience.ts';

const settleMs = 5_000;

export interface BrokenRun {
  /** Null when the run ended before the victim could be killed. Epoch milliseconds. */
  readonly killedAt: number | null;
  readonly killedAfterMs: number;
  /** Null: it did not end by itself. */
  readonly finished: Finished | null;
  /** Processes, temp folders, locks. */
  readonly leftovers: readonly string[];
  readonly record: RunRecord | null;
  readonly series: Series;
  /** `loadkit report` of the run that was begun, or of none. */
  readonly reported: Finished;
  /** The line that the report made of the run; null without a record. */
  readonly summary: string | null;
  /** When each part lived, in milliseconds since the command's start. */
  readonly lifetimes: ReadonlyMap<Victim, Lifetime>;
  readonly phases: readonly BegunPhase[];
}

export interface BegunPhase {
  readonly name: string;
  /** Milliseconds since the command's start. */
  readonly at: number;
}

/** A phase of the record, `plan` before it is begun, and a time in it: a busy machine takes twice as long for all before the load. */
export interface Blow {
  readonly victim: Victim;
  readonly phase: string;
  readonly afterMs: number;
}

/** Runs loadkit and kills one process of it; with no blow, disturbs nothing. The command's temp folder and cache are its own. */
export async function breakRun(here: Workplace, args: readonly string[], blow: Blow | null): Promise<BrokenRun> {
  const temp = mkdtempSync(join(tmpdir(), 'lk-temp-'));
  const cache = cacheWithoutStacks();
  const cached = filesBelow(cache.home);
  const running = here.start(args, { TMPDIR: temp, XDG_CACHE_HOME: cache.home });
  const family = new Family(running.pid);
  try {
    const killedAt = blow === null ? null : await strike(here, family, running, blow);
    const killedAfterMs = family.age();
    const finished = await orHangs(running.ended);
    const look = () => [
      ...family.alive().map(({ pid, command }) => `process ${pid} ${command}`),
      ...processesNaming(temp).map((text) => `process ${text}`),
      ...readdirSync(temp).map((name) => `temp folder ${name}`),
      ...filesBelow(cache.home).flatMap((name) => (cached.includes(name) ? [] : [`cache ${name}`])),
      ...strayFiles(here),
    ];
    const leftovers = await settled(look, settleMs);
    const [folder] = existsSync(here.reports) ? runFolders(here) : [];
    const record = folder === undefined ? null : readRecord(folder);
    const { lines } = folder === undefined ? { lines: [] } : await readSeries(join(folder, 'series.ndjson'));
    const reported = await here.loadkit(['report', record?.id ?? 'latest']);
    const line = folder === undefined ? '' : join(folder, 'summary.txt');
    const summary = existsSync(line) ? readFileSync(line, 'utf8') : null;
    const lifetimes = new Map(
      victims.flatMap((victim) => {
        const life = family.lifetime(victim);
        return life === undefined ? [] : [[victim, life] as const];
      }),
    );
    return {
      ...{ killedAt, killedAfterMs, finished, leftovers, record },
      ...{ series: indexSeries(lines), reported, summary, lifetimes, phases: begunPhases(here, family) },
    };
  } finally {
    family.end();
    cache.remove();
    rmSync(temp, { recursive: true, force: true });
  }
}

/** Null when the command ended first. */
async function strike(
  here: Workplace,
  family: Family,
  { ended }: RunningCommand,
  { victim, phase, afterMs }: Blow,
): Promise<number | null> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over) {
    const phases = begunPhases(here, family);
    const index = phases.findIndex(({ name }) => name === phase);
    const begun = phases[index];
    // A phase that was shorter this time is over: then now.
    const isDue = begun !== undefined && (index < phases.length - 1 || family.age() >= begun.at + afterMs);
    const killedAt = isDue ? family.kill(victim) : null;
    if (killedAt !== null) return killedAt;
    await sleep(30);
  }
  return null;
}

/** As far as the series tells by now. */
function begunPhases(here: Workplace, family: Family): BegunPhase[] {
  const [folder] = existsSync(here.reports) ? runFolders(here) : [];
  const file = folder === undefined ? '' : join(folder, 'series.ndjson');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const begun = [...text.matchAll(/^\{"kind":"event","t":(\d+),"name":"phase","subject":"(\w+)"\}$/gm)];
  return [
    { name: 'plan', at: 0 },
    ...begun.map(([, t, name]) => ({ name: name ?? '', at: Number(t) - family.bornAt })),
  ];
}

/** Drafts that should have been renamed or removed. */
function strayFiles({ reports }: Workplace): string[] {
  if (!existsSync(reports)) return [];
  return filesBelow(reports)
    .filter((name) => name.endsWith('.tmp') || name.includes('.write-test-'))
    .map((name) => `reports ${name}`);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' });
}
