import type { Fault } from './fault.ts';
import { prepareHeldRows } from './held-rows.ts';
import { usualHoldMs } from './hold.ts';
import { hotEnv } from './hot-products.ts';

export const rowHeld: Fault = {
  id: 'row-held',
  failure: 'deadlock',
  about: 'a session that sleeps holds the rows of the five products that everybody orders',
  scenario: 'order',
  proxies: [],
  touches: 'stores',
  set: {},
  env: hotEnv,
  holdMs: usualHoldMs,
  prepare: prepareHeldRows,
};
