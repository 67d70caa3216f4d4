import type { K6Tool } from '../../../src/system/tool.ts';
import { findK6 } from '../scenario-k6.ts';

/** k6 as `LOADKIT_K6` names it, the one on the `PATH`, or as `loadkit setup` installed it. */
export function k6ForTests(): K6Tool {
  const file = findK6();
  if (file === null) throw new Error('미실시: no k6; run loadkit setup or set LOADKIT_K6');
  return { version: '2.2.0', source: 'cache', executable: { file, env: {} } };
}
