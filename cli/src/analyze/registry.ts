import type { Finding } from '../record/run-record.ts';
import type { AnalysisInput, Analyzer } from './analyzer.ts';
import { generator } from './generator.ts';
import { measurement } from './measurement.ts';
import { probeGap } from './probe-gap.ts';

/** In the order of the report: the measurement itself first, then what was measured. */
const analyzers: readonly Analyzer[] = [generator, measurement, probeGap];

/** Runs every analyzer; one that throws is a finding of its own and stops none of the others. */
export function analyze(input: AnalysisInput): Finding[] {
  return analyzers.map((analyzer) => {
    const { ruledOut = [], surer = [], ...draft } = attempt(analyzer, input);
    return { ...draft, ruledOut, surer };
  });
}

function attempt(analyzer: Analyzer, input: AnalysisInput): ReturnType<Analyzer['analyze']> {
  try {
    return analyzer.analyze(input);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { id: analyzer.id, outcome: 'error', confidence: null, evidence: [], detail: { message } };
  }
}
