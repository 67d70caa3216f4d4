import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareOverride } from './settings-override.ts';
import { slowedBatch, slowedSettings } from './slowed-consumer.ts';

export const consumerSlowedParallel: Fault = {
  id: 'consumer-slowed-parallel',
  failure: 'lag',
  about: 'the worker takes longer for each batch, of four partitions at the same time',
  scenario: 'order',
  proxies: [],
  set: { ACCRUAL_BATCH_SIZE: slowedBatch, ACCRUAL_CONCURRENCY: '4' },
  env: {},
  holdMs: usualHoldMs,
  mitigates: 'consumer-slowed',
  mitigation: 'parallel-consumption',
  prepare: (target, signal) => prepareOverride(target, slowedSettings, signal),
};
