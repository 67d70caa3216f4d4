import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareOverride } from './settings-override.ts';
import { slowedBatch, slowedSettings } from './slowed-consumer.ts';

export const consumerSlowed: Fault = {
  id: 'consumer-slowed',
  failure: 'lag',
  about: 'the worker takes longer for each batch, and falls behind',
  scenario: 'order',
  proxies: [],
  set: { ACCRUAL_BATCH_SIZE: slowedBatch, ACCRUAL_CONCURRENCY: '1' },
  env: {},
  holdMs: usualHoldMs,
  prepare: (target, signal) => prepareOverride(target, slowedSettings, signal),
};
