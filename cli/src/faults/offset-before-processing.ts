import { prepareConsumerKill } from './consumer-kill.ts';
import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';

const settings = { ACCRUAL_COMMIT: 'before' };

export const offsetBeforeProcessing: Fault = {
  id: 'offset-before-processing',
  failure: 'lag',
  about: 'the worker commits offsets before it works, and is killed in between',
  scenario: 'order',
  proxies: [],
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: (target, signal) => prepareConsumerKill(target, settings, signal),
};
