import type { RunRecord } from '../record/run-record.ts';
import {
  type Applied,
  byNumber,
  byValue,
  congestion,
  notInThisRun,
  oneOfEach,
  slowQueryLog,
  unknown,
} from './strategy-applied.ts';

export const horizons = ['short', 'middle', 'long'] as const;

/** One of the twelve ways of answering failures of the reference report. */
export interface Strategy {
  readonly id: string;
  readonly horizon: (typeof horizons)[number];
  /** Findings and invariants that call for it when they are problems; a bottleneck by its part: `component:mysql`, `resource:pool`. */
  readonly answers: readonly string[];
  /** Settings of the service that switch it: a comparison of one of them measures its effect. */
  readonly settings: readonly string[];
  /** Names that drills have for it where they differ from its own. */
  readonly mitigations?: readonly string[];
  /** Whether it was in use in this run, as far as the record says. */
  readonly applied: (record: RunRecord) => Applied;
}

const issue = 'ISSUE_STRATEGY';

/** In the order of the reference report. */
export const strategies: readonly Strategy[] = [
  {
    ...{ id: 'lock-timeout', horizon: 'short', answers: ['lock-expiry', 'resource:lock'] },
    settings: ['LOCK_WAIT_MS', 'LOCK_TTL_MS'],
    applied: byValue(issue, {
      lock: { state: 'yes', shown: ['LOCK_WAIT_MS', 'LOCK_TTL_MS'] },
      'lock-no-expiry': { state: 'no', shown: [issue] },
      lua: { state: 'not-applicable', shown: [issue] },
      naive: { state: 'not-applicable', shown: [issue] },
    }),
  },
  {
    ...{ id: 'lua-script', horizon: 'short', settings: [issue], mitigations: ['lua'] },
    answers: ['lock-expiry', 'resource:lock', 'over-issue', 'duplicate-issue', 'redis-db-agree', 'holder-set'],
    applied: byValue(issue, {
      lua: { state: 'yes', shown: [issue] },
      lock: { state: 'no', shown: [issue] },
      'lock-no-expiry': { state: 'no', shown: [issue] },
      naive: { state: 'no', shown: [issue] },
    }),
  },
  {
    ...{ id: 'slow-query', horizon: 'short', settings: [], applied: slowQueryLog },
    answers: ['mysql-load', 'mysql-lock', 'pool-wait', 'component:mysql', 'resource:pool'],
  },
  { id: 'alert', horizon: 'short', answers: ['error-class', 'drain'], settings: [], applied: unknown },
  {
    ...{ id: 'parallel-consumers', horizon: 'middle', mitigations: ['parallel-consumption'] },
    answers: ['kafka-lag', 'rebalance', 'points-missing', 'component:consumer'],
    settings: ['ACCRUAL_CONCURRENCY', 'ACCRUAL_BATCH_SIZE', 'KAFKA_TOPIC_PARTITIONS'],
    applied: byNumber('ACCRUAL_CONCURRENCY', (value) => value > 1, ['ACCRUAL_CONCURRENCY', 'ACCRUAL_BATCH_SIZE']),
  },
  {
    ...{
      id: 'async-accrual',
      horizon: 'middle',
      answers: ['pool-wait', 'component:mysql', 'resource:pool'],
      settings: ['POINT_ACCRUAL'],
    },
    applied: byValue('POINT_ACCRUAL', {
      async: { state: 'yes', shown: ['POINT_ACCRUAL'] },
      sync: { state: 'no', shown: ['POINT_ACCRUAL'] },
    }),
  },
  {
    ...{ id: 'autoscale', horizon: 'middle', settings: [], applied: oneOfEach('api', 'worker') },
    answers: ['event-loop', 'service-cpu', 'component:service', 'component:host'],
  },
  {
    id: 'read-replica',
    horizon: 'middle',
    answers: ['mysql-load', 'component:mysql'],
    settings: [],
    applied: oneOfEach('mysql'),
  },
  { id: 'cqrs', horizon: 'long', answers: ['mysql-lock', 'resource:row-lock'], settings: [], applied: unknown },
  { id: 'tracing', horizon: 'long', answers: ['tail', 'bottleneck-undetermined'], settings: [], applied: unknown },
  {
    ...{ id: 'congestion', horizon: 'long', applied: congestion, mitigations: ['load-shedding'] },
    answers: ['event-loop', 'service-cpu', 'heap', 'error-class', 'component:service', 'component:host'],
    settings: ['RATE_LIMIT_RPS', 'SHED_EVENT_LOOP_MS', 'MAX_IN_FLIGHT'],
  },
  { id: 'chaos', horizon: 'long', answers: [], settings: [], applied: notInThisRun },
];
