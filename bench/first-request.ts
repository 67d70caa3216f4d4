import { type LoadkitRun, loadkitRun } from './loadkit-command.ts';
import { type Bench, type Extent, median } from './row.ts';

const limitMs = 15_000;

/** From the call of the command, with nothing running and all tools installed, to the first request of the load. */
export const firstRequest: Bench = {
  name: 'first-request',
  run: async (extent: Extent) => {
    const runs: LoadkitRun[] = [];
    for (let n = extent === 'full' ? 5 : 2; n > 0; n -= 1) {
      runs.push(await loadkitRun(['coupon', '--profile', 'smoke', '--duration', '3s', '--stack', 'local']));
    }
    const waits = runs.map(({ record, calledAt }) => (record.load?.startedAt ?? Number.NaN) - calledAt);
    const command = runs.map(({ record, calledAt }) => record.startedAt - calledAt);
    const phase = (name: string) => runs.map(({ record }) => lengthOf(record, name));
    const parts = ['start', 'warmup', 'reset'].map((name) => `${name} ${seconds(median(phase(name)))}`);
    return [
      {
        name: 'nothing running → first request',
        compares: 'of 15 s',
        ratios: waits.map((ms) => ms / limitMs),
        absolute: `${seconds(median(waits))}: command ${seconds(median(command))}, ${parts.join(', ')}, the rest k6's start`,
        reach: { goal: '≤ 15 s', met: Math.max(...waits) <= limitMs },
      },
    ];
  },
};

function lengthOf({ phases }: LoadkitRun['record'], name: string): number {
  const ms = phases
    .filter((phase) => phase.name === name)
    .map(({ startedAt, endedAt }) => (endedAt ?? startedAt) - startedAt);
  return ms.reduce((sum, each) => sum + each, 0);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
