import type { Fault } from './fault.ts';
import { prepareHeldRows } from './held-rows.ts';
import { usualHoldMs } from './hold.ts';
import { hotEnv } from './hot-products.ts';

export const rowHeldShortWait: Fault = {
  id: 'row-held-short-wait',
  failure: 'deadlock',
  about: 'the same session holds the rows, and who needs them waits for a second and no longer',
  scenario: 'order',
  proxies: [],
  set: { MYSQL_LOCK_WAIT_S: '1' },
  env: hotEnv,
  holdMs: usualHoldMs,
  mitigates: 'row-held',
  mitigation: 'lock-wait-timeout',
  prepare: prepareHeldRows,
};
