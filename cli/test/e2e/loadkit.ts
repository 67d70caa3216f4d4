import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { readEnvironment } from '../../src/config/environment.ts';
import { type RunRecord, runRecordSchema } from '../../src/record/run-record.ts';
import { type SeriesLine, seriesLineSchema } from '../../src/record/series.ts';

export const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));
/** The command as it was built. */
export const bin = join(projectRoot, 'cli', 'bin', 'loadkit.js');
const longestRunMs = 200_000;

export interface Finished {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder to run in, with `reports/` inside; removed by `remove`. */
export interface Workplace {
  readonly folder: string;
  readonly reports: string;
  /** Runs the built command to its end. */
  loadkit(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Finished>;
  /**
   * Starts the built command in a process group of its own, as a terminal does.
   * @param through a program with its arguments that becomes the command (`env -u HOME`)
   */
  start(args: readonly string[], env?: Readonly<Record<string, string>>, through?: readonly string[]): RunningCommand;
  remove(): void;
}

export interface RunningCommand {
  readonly pid: number;
  readonly ended: Promise<Finished>;
  kill(signal: NodeJS.Signals): void;
}

function workplace(name: string): Workplace {
  const outer = mkdtempSync(join(tmpdir(), 'loadkit-e2e-'));
  const folder = join(outer, name);
  mkdirSync(folder, { recursive: true });
  const start: Workplace['start'] = (args, env = {}, through = []) => {
    const [file = process.execPath, ...own] = [...through, process.execPath, bin, ...args];
    const child = execa(file, own, {
      cwd: folder,
      env: { NO_COLOR: '1', ...env },
      reject: false,
      stdin: 'ignore',
      timeout: longestRunMs,
      maxBuffer: 50_000_000,
    });
    const ended = child.then(({ exitCode, stdout, stderr: all }) => ({
      exitCode,
      stdout: String(stdout),
      stderr: String(all),
    }));
    return {
      pid: child.pid ?? 0,
      ended,
      kill: (signal) => child.kill(signal),
    };
  };
  return {
    folder,
    reports: join(folder, 'reports'),
    start,
    loadkit: (args, env) => start(args, env).ended,
    remove: () => rmSync(outer, { recursive: true, force: true }),
  };
}

/** A cache (`XDG_CACHE_HOME`) with the tools of this user, but no stack and no drill of his: a test must not meet or end one. */
export function cacheWithoutStacks(): { readonly home: string; remove(): void } {
  const home = mkdtempSync(join(tmpdir(), 'lk-cache-'));
  const { cacheFolder } = readEnvironment();
  mkdirSync(join(home, 'loadkit'));
  for (const name of readdirSync(cacheFolder).filter((entry) => !['stacks', 'drills'].includes(entry))) {
    symlinkSync(join(cacheFolder, name), join(home, 'loadkit', name));
  }
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** Workplaces of one test file, which removes them together. */
export function workplaces(): { place(name?: string): Workplace; removeAll(): void } {
  const all: Workplace[] = [];
  return {
    place: (name = '') => {
      const one = workplace(name);
      all.push(one);
      return one;
    },
    removeAll: () => {
      for (const one of all) one.remove();
    },
  };
}

/** The run folders, the oldest first. */
export function runFolders({ reports }: Pick<Workplace, 'reports'>): string[] {
  return readdirSync(reports)
    .sort()
    .map((name) => join(reports, name))
    .filter((folder) => existsSync(join(folder, 'run.json')));
}

export function readRecord(folder: string): RunRecord {
  return runRecordSchema.parse(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')));
}

/** Every line; the last may be cut when the run was killed. */
export function readLines(folder: string, { cut = false } = {}): SeriesLine[] {
  const texts = readFileSync(join(folder, 'series.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return (cut ? texts.slice(0, -1) : texts).map((text) => seriesLineSchema.parse(JSON.parse(text)));
}

/** The only run of a workplace with its record. */
export function onlyRun(place: Workplace): { folder: string; record: RunRecord } {
  const [folder, ...others] = runFolders(place);
  if (folder === undefined || others.length > 0) throw new Error(`expected one run, found ${others.length + 1}`);
  return { folder, record: readRecord(folder) };
}

/** Waits until the series says that the fault stands; fails when the command ends before. */
export async function faultStanding(place: Workplace, { ended }: RunningCommand): Promise<void> {
  let over: Finished | null = null;
  void ended.then((finished) => {
    over = finished;
  });
  for (;;) {
    const [folder] = existsSync(place.reports) ? runFolders(place) : [];
    if (folder !== undefined && existsSync(join(folder, 'series.ndjson'))) {
      const lines = readLines(folder, { cut: true });
      if (lines.some((line) => line.kind === 'event' && line.name === 'fault-injected')) return;
    }
    if (over !== null) throw new Error(`ended before the fault stood: ${JSON.stringify(over)}`);
    await sleep(200);
  }
}

/** Waits until the series of the only run holds a second of load; fails when the command ends before. */
export async function loadUnderWay(place: Workplace, { ended }: RunningCommand): Promise<void> {
  let over: Finished | null = null;
  void ended.then((finished) => {
    over = finished;
  });
  for (;;) {
    const [folder] = existsSync(place.reports) ? runFolders(place) : [];
    // The record is written before the series: a look in between finds only the one.
    const series = folder === undefined ? null : join(folder, 'series.ndjson');
    if (series !== null && existsSync(series) && readFileSync(series, 'utf8').includes('"kind":"load"')) return;
    if (over !== null) throw new Error(`ended before there was load: ${JSON.stringify(over)}`);
    await sleep(100);
  }
}
