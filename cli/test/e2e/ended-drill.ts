import {
  closeSync,
  existsSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunRecord } from '../../src/record/run-record.ts';
import { Family, processesNaming } from './family.ts';
import {
  cacheWithoutStacks,
  type Finished,
  type RunningCommand,
  readRecord,
  runFolders,
  type Workplace,
} from './loadkit.ts';
import { orHangs, settled } from './patience.ts';

/** Of a drill, then of its run. */
export const phases = ['baseline', 'inject', 'hold', 'recover', 'drain', 'verify'] as const;
export type DrillPhase = (typeof phases)[number];

/**
 * SIGKILL of loadkit, of its process group, of loadkit with its watchdog and its injector at once; signals as a terminal sends
 * them, to the group.
 */
export const kills = ['kill', 'kill of the group', 'kill of all'] as const;
/** Not of loadkit itself: it has to notice. */
const killOfInjector = 'kill of the injector';
export const signals = ['Ctrl-C', 'Ctrl-C twice', 'SIGTERM', 'SIGHUP'] as const;
export type Blow = (typeof kills)[number] | (typeof signals)[number] | typeof killOfInjector;

export interface Strike {
  readonly fault: string;
  readonly phase: DrillPhase;
  /** Of the phase, from its begin. */
  readonly part: number;
  readonly blow: Blow;
}

export interface EndedDrill {
  /** False when the drill ended before the phase came. */
  readonly struck: boolean;
  /** Null: it did not end. */
  readonly finished: Finished | null;
  /** Processes, sockets, temp folders, files of drills in the cache; without any other command. */
  readonly left: readonly string[];
  /** `loadkit drill --cleanup` afterwards, and what is left then. */
  readonly cleaned: Finished;
  readonly leftAfterCleanup: readonly string[];
  readonly record: RunRecord | null;
}

/** The shortest drill that there is. */
const times = { baseline: 14_000, inject: 1_000, hold: 3_000, recover: 12_000, drain: 300, verify: 100 } as const;
const seconds = (ms: number) => `${ms / 1_000}s`;
const args = [
  ...['--no-placebo', '--no-install', '--quiet', '--rate', '20'],
  ...['--baseline', seconds(times.baseline), '--hold', seconds(times.hold), '--recover', seconds(times.recover)],
];
/** What nobody waits for any more ends in it: the undo has tries, a session rolls back. */
const settledWithinMs = 20_000;
/** Besides, what names the drill's folders is looked for: seldom is enough. */
const familyLookMs = 250;
/** Between two keys. */
const twiceMs = 300;

/** Runs a drill, and ends it in a phase. Its temp folder and cache are its own. */
export async function endDrill(here: Workplace, strike: Strike): Promise<EndedDrill> {
  const temp = mkdtempSync(join(tmpdir(), 'lk-temp-'));
  const cache = cacheWithoutStacks();
  const env = { TMPDIR: temp, XDG_CACHE_HOME: cache.home };
  // A session of its own: what the group gets, the test does not.
  const running = here.start(['drill', strike.fault, ...args], env, ['setsid']);
  const family = new Family(running.pid, familyLookMs);
  try {
    const sockets = await reach(here, running, strike, family);
    if (sockets !== null) await deal(strike.blow, running.pid, family);
    const finished = await orHangs(running.ended);
    const look = () => [
      ...family.alive().map(({ pid, command }) => `process ${pid} ${command}`),
      ...[temp, cache.home].flatMap(processesNaming).map((text) => `process ${text}`),
      ...listening().flatMap(({ inode, port }) => (sockets?.has(inode) === true ? [`port ${port}`] : [])),
      ...readdirSync(temp).map((name) => `temp folder ${name}`),
      ...filesIn(join(cache.home, 'loadkit', 'drills')).map((name) => `drill file ${name}`),
      ...filesIn(join(cache.home, 'loadkit', 'stacks')).map((name) => `stack file ${name}`),
    ];
    const left = await settled(look, settledWithinMs);
    const cleaned = await here.loadkit(['drill', '--cleanup'], env);
    const leftAfterCleanup = await settled(look, settledWithinMs);
    const [folder] = existsSync(here.reports) ? runFolders(here) : [];
    const record = folder === undefined ? null : readRecord(folder);
    return { struck: sockets !== null, finished, left, cleaned, leftAfterCleanup, record };
  } finally {
    family.end();
    cache.remove();
    rmSync(temp, { recursive: true, force: true });
  }
}

/** Waits for the moment; resolves with the sockets on which the drill's processes listen then, or null when it has ended before. */
async function reach(
  here: Workplace,
  { ended }: RunningCommand,
  { phase, part }: Strike,
  family: Family,
): Promise<Set<string> | null> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const hasBegun = phaseWatch(here, phase);
  while (!over) {
    if (hasBegun()) {
      await sleep(part * times[phase]);
      const pids = family.alive().map(({ pid }) => pid);
      return over ? null : new Set(pids.flatMap(socketsOf));
    }
    await sleep(20);
  }
  return null;
}

/** Reads on from where it read to: the series of a drill are long. */
function phaseWatch({ reports }: Workplace, phase: DrillPhase): () => boolean {
  const begins = new RegExp(`"name":"(drill-)?phase","subject":"${phase}"`);
  let file = '';
  let position = 0;
  let rest = '';
  return () => {
    const [folder] = file === '' && existsSync(reports) ? runFolders({ reports }) : [];
    if (folder !== undefined && existsSync(join(folder, 'series.ndjson'))) file = join(folder, 'series.ndjson');
    if (file === '') return false;
    const added = readFrom(file, position);
    position += added.length;
    const lines = `${rest}${added.toString('latin1')}`;
    rest = lines.slice(lines.lastIndexOf('\n') + 1);
    return begins.test(lines);
  };
}

function readFrom(file: string, position: number): Buffer {
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(Math.max(0, fstatSync(handle).size - position));
    return buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, position));
  } finally {
    closeSync(handle);
  }
}

async function deal(blow: Blow, pid: number, family: Family): Promise<void> {
  const send = (to: number, name: NodeJS.Signals) => {
    try {
      process.kill(to, name);
    } catch {
      // It has ended.
    }
  };
  switch (blow) {
    case 'kill':
      return send(pid, 'SIGKILL');
    case 'kill of the group':
      return send(-pid, 'SIGKILL');
    case 'kill of all':
      // Loadkit last: the others would end in an order of its watchdog.
      for (const one of [...pidsOf(family, /watchdog\.js|drill inject/), pid]) send(one, 'SIGKILL');
      return;
    case killOfInjector:
      for (const one of pidsOf(family, /drill inject/)) send(one, 'SIGKILL');
      return;
    case 'Ctrl-C':
      return send(-pid, 'SIGINT');
    case 'Ctrl-C twice':
      send(-pid, 'SIGINT');
      await sleep(twiceMs);
      return send(-pid, 'SIGINT');
    default:
      return send(pid, blow);
  }
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function pidsOf(family: Family, command: RegExp): number[] {
  const pids = family.alive().map(({ pid }) => pid);
  return pids.filter((pid) => command.test(read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')));
}

/** Inodes of all that the process has open as sockets. */
function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap(
      (name) => /^socket:\[(\d+)\]$/.exec(readlinkSync(join(folder, name)))?.[1] ?? [],
    );
  } catch {
    return []; // It has ended.
  }
}

/** Sockets of this machine that accept connections. */
function listening(): Array<{ readonly inode: string; readonly port: number }> {
  const listens = '0A';
  return ['tcp', 'tcp6'].flatMap((name) =>
    read(`/proc/net/${name}`)
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(({ 3: state }) => state === listens)
      .map(({ 1: address = '', 9: inode = '' }) => ({ inode, port: Number.parseInt(address.split(':')[1] ?? '', 16) })),
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
