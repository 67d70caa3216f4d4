import { tmpdir } from 'node:os';
import { readEnvironment } from '../cli/src/config/environment.ts';
import { locateProject } from '../cli/src/config/project.ts';
import { systemClock } from '../cli/src/system/clock.ts';
import type { Supervisor } from '../cli/src/system/supervisor.ts';
import type { K6Tool } from '../cli/src/system/tool.ts';
import { startSupervisor } from '../cli/src/system/watchdog-client.ts';
import { k6Finder } from '../cli/src/toolchain/k6.ts';
import { type Search, searchTool } from '../cli/src/toolchain/search.ts';
import { type BenchRow, notRun } from './row.ts';
import { withTarget } from './target-process.ts';

/** What a bench with a load needs: k6, a server to aim at in a process of its own, a folder. */
export interface LoadStand {
  readonly k6: K6Tool;
  readonly baseUrl: string;
  /** Gone afterwards, also when this process is killed. */
  readonly folder: string;
  readonly supervisor: Supervisor;
}

const startLimitMs = 20_000;

/** Runs `measure` with a stand of its own; one row that says so where there is no k6. */
export async function withLoadStand(
  rowName: string,
  compares: string,
  measure: (stand: LoadStand) => Promise<BenchRow[]>,
): Promise<BenchRow[]> {
  const { found, brokenSetting } = await searchK6();
  if (found === null) {
    const broken = brokenSetting === null ? null : `${brokenSetting.setting}: ${brokenSetting.reason}`;
    return [notRun(rowName, compares, broken ?? 'no k6; `loadkit setup` brings it')];
  }
  const k6 = found.tool;
  const supervisor = await startSupervisor({ tempRoot: tmpdir(), clock: systemClock });
  try {
    const folder = await supervisor.tempDir('bench');
    return await withTarget((baseUrl) => measure({ k6, baseUrl, folder, supervisor }));
  } finally {
    await supervisor.close({ graceMs: 1_000 });
  }
}

function searchK6(): Promise<Search<K6Tool>> {
  const { tools, path, cacheFolder, forChildren } = readEnvironment();
  return searchTool(
    k6Finder({
      settings: tools,
      path,
      cacheFolder,
      pinnedFolder: locateProject('bench').toolchainFiles,
      platform: process.platform,
      arch: process.arch,
      env: forChildren,
      signal: AbortSignal.timeout(startLimitMs),
    }),
  );
}
