import type { FindingDraft } from '../record/run-record.ts';
import type { Lack } from './watch.ts';

export type Evidence = FindingDraft['evidence'][number];
type Detail = FindingDraft['detail'];

/** Something that is wrong; an analyzer that knows several kinds of it reports the worst and the others' evidence. */
export interface Symptom {
  readonly rule: string;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly evidence: readonly Evidence[];
  readonly detail: Detail;
  readonly ruledOut?: FindingDraft['ruledOut'];
  readonly surer?: FindingDraft['surer'];
}

/** A reading tells of the second before it. */
export function secondBefore(t: number): number {
  return t - 1_000;
}

/** @param symptoms the worst first */
export function problem(id: string, symptoms: readonly Symptom[]): FindingDraft | null {
  const [worst] = symptoms;
  if (worst === undefined) return null;
  const { rule, confidence, detail, ruledOut, surer } = worst;
  return {
    id,
    outcome: 'problem',
    confidence,
    evidence: symptoms.flatMap(({ evidence }) => evidence),
    detail: { rule, ...detail },
    ...(ruledOut === undefined ? {} : { ruledOut }),
    ...(surer === undefined ? {} : { surer }),
  };
}

export function ok(id: string, evidence: readonly Evidence[], detail: Detail): FindingDraft {
  return { id, outcome: 'ok', confidence: 'high', evidence: [...evidence], detail: { rule: 'ok', ...detail } };
}

export function insufficient(
  id: string,
  rule: string,
  evidence: readonly Evidence[] = [],
  detail: Detail = {},
): FindingDraft {
  return { id, outcome: 'insufficient-data', confidence: null, evidence: [...evidence], detail: { rule, ...detail } };
}

/** What is missing of several watches: nothing at all was watched, else the first lack; null when one is fit to be judged. */
export function commonLack(lacks: readonly (Lack | null)[]): Lack | null {
  if (lacks.length === 0 || lacks.every((lack) => lack === 'not-watched')) return 'not-watched';
  return lacks.find((lack) => lack !== null && lack !== 'not-watched') ?? null;
}
