import type { Finding } from '../record/run-record.ts';
import type { Analyzer } from './analyzer.ts';
import { type CpuUsage, generatorLimit, hostBusy, k6Cpu, k6Wait } from './generator-limit.ts';

/** Seconds of waiting for a processor in each second, summed over k6's threads, from which on a time of 1 ms may be k6's own. */
const noticeableWait = 0.1;

/** Was the load generator the limit? Then the run says nothing about the server. */
export const generator = {
  id: 'generator',
  requires: ['load', 'scenario', 'host', 'parts', 'series'],
  analyze: (facts) => {
    const { rule, usage, limit, step, isShort } = generatorLimit(facts);
    const evidence = usage === null ? [] : evidenceOf(usage, limit);
    const found = { id: 'generator', confidence: 'high', evidence } as const;
    if (rule !== null) {
      return { ...found, outcome: 'problem', detail: step === null ? { rule } : { rule, step } };
    }
    if (usage !== null) {
      const waits = usage.k6Wait !== null && usage.k6Wait >= noticeableWait;
      const detail = waits ? { rule: 'ok-waited', usedCores: usage.k6, waitCores: usage.k6Wait } : {};
      return { ...found, outcome: 'ok', detail };
    }
    return { ...found, outcome: 'insufficient-data', detail: { rule: isShort ? 'too-short' : 'not-watched' } };
  },
} as const satisfies Analyzer<'load' | 'scenario' | 'host' | 'parts' | 'series'>;

function evidenceOf(usage: CpuUsage, limit: number): Finding['evidence'] {
  const { from, to } = usage;
  const cores = (metric: string, value: number | null, comparedWith: { value: number; what: string } | null) =>
    value === null ? [] : [{ metric, from, to, value, unit: 'cores', comparedWith }];
  return [
    ...cores(k6Cpu, usage.k6, { value: limit, what: 'cpu-limit' }),
    ...cores(k6Wait, usage.k6Wait, null),
    ...cores(hostBusy, usage.hostBusy, null),
  ];
}
