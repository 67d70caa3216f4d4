import type { Finding, RunRecord } from '../record/run-record.ts';

/** Moment from which a finding's times are told: the beginning of the load, else of the run. Epoch milliseconds. */
export function toldFrom({ load, startedAt }: Pick<RunRecord, 'load' | 'startedAt'>): number {
  return load?.startedAt ?? startedAt;
}

/** The finding that says what limits the run; null in a record that was judged without it. */
export function bottleneckOf({ judgement }: RunRecord): Finding | null {
  return judgement?.findings.find(({ id }) => id === 'bottleneck') ?? null;
}

/** What was found wrong, beside the bottleneck, the surest first. */
export function problemsOf({ judgement }: RunRecord): Finding[] {
  const problems = (judgement?.findings ?? []).filter(
    ({ id, outcome }) => outcome === 'problem' && id !== 'bottleneck',
  );
  return [...problems].sort((a, b) => sureness(b) - sureness(a));
}

/** What was looked at with this outcome, beside the bottleneck, in the order of the analyzers. */
export function findingsOf({ judgement }: RunRecord, ...outcomes: ReadonlyArray<Finding['outcome']>): Finding[] {
  return (judgement?.findings ?? []).filter(({ id, outcome }) => id !== 'bottleneck' && outcomes.includes(outcome));
}

function sureness({ confidence }: Finding): number {
  return confidence === 'high' ? 3 : confidence === 'medium' ? 2 : confidence === 'low' ? 1 : 0;
}
