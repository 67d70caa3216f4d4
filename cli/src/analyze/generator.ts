import type { Finding } from '../record/run-record.ts';
import type { Analyzer } from './analyzer.ts';
import { type CpuUsage, generatorLimit, hostBusy, k6Cpu, k6Wait } from './generator-limit.ts';

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
    if (usage !== null) return { ...found, outcome: 'ok', detail: {} };
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
