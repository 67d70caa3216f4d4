import type { Finding } from '../record/run-record.ts';
import type { AnalysisInput, Analyzer } from './analyzer.ts';
import { badAnswer } from './bad-answer.ts';
import { bottleneck } from './bottleneck.ts';
import { closedModel } from './closed-model.ts';
import { consistency } from './consistency.ts';
import { drain } from './drain.ts';
import { errorClass } from './error-class.ts';
import { eventLoop } from './event-loop.ts';
import { generator } from './generator.ts';
import { heap } from './heap.ts';
import { kafkaLag } from './kafka-lag.ts';
import { lockExpiry } from './lock-expiry.ts';
import { measurement } from './measurement.ts';
import { mysqlLoad } from './mysql-load.ts';
import { mysqlLock } from './mysql-lock.ts';
import { poolWait } from './pool-wait.ts';
import { probeGap } from './probe-gap.ts';
import { rebalance } from './rebalance.ts';
import { redis } from './redis.ts';
import { redisStream } from './redis-stream.ts';
import { rejection } from './rejection.ts';
import { requestTime } from './request-time.ts';
import { serviceCpu } from './service-cpu.ts';
import { stall } from './stall.ts';
import { steadyState } from './steady-state.ts';
import { tail } from './tail.ts';
import { thinkTime } from './think-time.ts';

/** In the order of the report: the measurement itself first, then what was measured. */
const analyzers: readonly Analyzer[] = [
  generator,
  measurement,
  probeGap,
  thinkTime,
  requestTime,
  steadyState,
  stall,
  tail,
  closedModel,
  rejection,
  errorClass,
  badAnswer,
  consistency,
  eventLoop,
  serviceCpu,
  heap,
  poolWait,
  redis,
  redisStream,
  mysqlLock,
  mysqlLoad,
  kafkaLag,
  rebalance,
  drain,
  lockExpiry,
  bottleneck,
];

/** Runs every analyzer; one that throws is a finding of its own and stops none of the others. */
export function analyze(input: AnalysisInput): Finding[] {
  return analyzers.map((analyzer) => {
    const { ruledOut = [], surer = [], evidence, detail, ...draft } = attempt(analyzer, input);
    return {
      ...draft,
      evidence: evidence.filter(({ value }) => Number.isFinite(value)),
      detail: finiteOnly(detail),
      ruledOut,
      surer,
    };
  });
}

/** JSON knows no infinity: with one in it the record could not be read again. */
function finiteOnly(detail: Finding['detail']): Finding['detail'] {
  return Object.fromEntries(
    Object.entries(detail).filter(([, value]) => typeof value === 'string' || Number.isFinite(value)),
  );
}

function attempt(analyzer: Analyzer, input: AnalysisInput): ReturnType<Analyzer['analyze']> {
  try {
    return analyzer.analyze(input);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { id: analyzer.id, outcome: 'error', confidence: null, evidence: [], detail: { message } };
  }
}
