import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Bench, interleaved, median } from './row.ts';

const bin = fileURLToPath(new URL('../cli/bin/loadkit.js', import.meta.url));
const pairs = 10;
const limitMs = 150;

/** What a user waits for `loadkit --help` as built, over an empty Node. */
export const startUp: Bench = {
  name: 'start',
  run: async () => {
    await wallMs([bin, '--help']);
    const { ratios, a, b } = await interleaved(
      pairs,
      () => wallMs([bin, '--help']),
      () => wallMs(['-e', '0']),
    );
    return [
      {
        name: 'start of the command',
        compares: 'loadkit --help / node -e 0',
        ratios,
        absolute: `${median(a).toFixed(0)} / ${median(b).toFixed(0)} ms`,
        reach: { goal: `≤ ${limitMs} ms`, met: median(a) <= limitMs },
      },
    ];
  },
};

async function wallMs(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  await promisify(execFile)(process.execPath, [...args], { timeout: 30_000 });
  return performance.now() - startedAt;
}
