import type { Fault } from './fault.ts';
import { usualHoldMs } from './hold.ts';
import { prepareKill } from './signalled-process.ts';

export const kafkaKilled: Fault = {
  id: 'kafka-killed',
  failure: 'lag',
  about: 'Kafka is killed and comes back with its log',
  scenario: 'order',
  proxies: [],
  restarts: ['kafka'],
  set: {},
  env: {},
  holdMs: usualHoldMs,
  prepare: (target) => prepareKill(target, 'kafka'),
};
