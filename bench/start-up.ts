import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Bench } from './row.ts';
import { interleaved, median } from './row.ts';

const bin = fileURLToPath(new URL('../cli/bin/loadkit.js', import.meta.url));
const pairs = 10;

/** What a user waits for `loadkit --help`, over an empty Node. */
export const startUp: Bench = {
  name: 'start of loadkit --help',
  run: async () => {
    const wall = async (args: readonly string[]): Promise<number> => {
      const startedAt = performance.now();
      await promisify(execFile)(process.execPath, [...args], { timeout: 30_000 });
      return performance.now() - startedAt;
    };
    await wall([bin, '--help']);
    const { ratios, a, b } = await interleaved(
      pairs,
      () => wall([bin, '--help']),
      () => wall(['-e', '0']),
    );
    return {
      name: startUp.name,
      compares: 'loadkit --help / node -e 0',
      ratios,
      absolute: `${median(a).toFixed(0)} ms / ${median(b).toFixed(0)} ms`,
    };
  },
};
