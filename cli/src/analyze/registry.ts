import type { Finding } from '../record/run-record.ts';
import type { AnalysisInput } from './analyzer.ts';
import { generator } from './generator.ts';
import { measurement } from './measurement.ts';
import { probeGap } from './probe-gap.ts';

const analyzers = [generator, measurement, probeGap];

/** Runs every analyzer; one that throws is a finding of its own and stops none of the others. */
export function analyze(input: AnalysisInput): Finding[] {
  return analyzers.map((analyzer) => {
    try {
      return analyzer.analyze(input);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { id: analyzer.id, outcome: 'error', confidence: null, evidence: [], detail: { message } };
    }
  });
}
