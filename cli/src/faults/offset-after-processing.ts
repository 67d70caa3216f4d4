import { prepareConsumerKill } from './consumer-kill.ts';
import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';

const settings = { ACCRUAL_COMMIT: 'after', ACCRUAL_INBOX: 'on' };

export const offsetAfterProcessing: Fault = {
  id: 'offset-after-processing',
  failure: 'lag',
  about: 'the worker commits offsets after its work, knows what it has done, and is killed in between',
  scenario: 'order',
  proxies: [],
  set: {},
  env: {},
  holdMs: usualHoldMs,
  mitigates: 'offset-before-processing',
  mitigation: 'inbox',
  prepare: (target, signal) => prepareConsumerKill(target, settings, signal),
};
