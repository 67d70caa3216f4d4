import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { K6Tool } from '../../../src/system/tool.ts';

/** k6 as `LOADKIT_K6` names it or as `loadkit setup` installed it. */
export function k6ForTests(): K6Tool {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const file =
    process.env.LOADKIT_K6 ?? join(cache, 'loadkit', `k6-2.2.0-${process.platform}-${process.arch}`, 'bin', 'k6');
  if (!existsSync(file)) throw new Error(`미실시: no k6 at ${file}; run loadkit setup or set LOADKIT_K6`);
  return { version: '2.2.0', source: 'cache', executable: { file, env: {} } };
}
