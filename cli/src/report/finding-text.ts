import type { Finding, Load, Reason } from '../record/run-record.ts';
import type { ReportedRun } from './api-figures.ts';
import { detailValues, evidenceValue, moment, type Speech } from './detail-format.ts';
import { findingAnchor } from './finding-anchor.ts';
import { confidenceText, findingSentence, findingTitle } from './finding-sentence.ts';
import type { FindingView } from './finding-view.ts';
import { toldFrom } from './run-finding.ts';
import type { SectionContext } from './section-context.ts';

type Evidence = Finding['evidence'][number];

/** A window as long as the load has no place in it. */
const narrow = 0.8;

/**
 * A finding in the words of the report.
 *
 * @param chartGroup id of the run's charts; null when there are none
 */
export function findingView(
  context: SectionContext,
  run: ReportedRun,
  finding: Finding,
  chartGroup: string | null,
): FindingView {
  const { load } = run.record;
  const startedAt = toldFrom(run.record);
  return {
    id: finding.id,
    anchor: findingAnchor(context.runs, run, finding.id),
    title: findingTitle(context, finding),
    outcome: finding.outcome,
    outcomeText: context.say(`finding-outcome.${finding.outcome}`),
    confidenceText: confidenceText(context, finding),
    text: findingSentence(context, finding, startedAt),
    evidence: finding.evidence.map((one) => evidenceView(context, one, startedAt)),
    ruledOut: finding.ruledOut.map((reason) => spoken(context, 'ruled-out', reason, startedAt)),
    surer: finding.surer.map((reason) => spoken(context, 'surer', reason, startedAt)),
    span: spanOf(finding, load, chartGroup),
  };
}

function evidenceView(context: Speech, one: Evidence, startedAt: number): FindingView['evidence'][number] {
  const { metric, value, unit, from, to, comparedWith } = one;
  return {
    metric,
    value: evidenceValue(context, value, unit),
    window: from === null || to === null ? null : windowText(context, from, to, startedAt),
    comparedWith: comparedWith === null ? null : comparison(context, one),
  };
}

/** What a figure was compared with, and its value: in the sentence where that names it, else after it. */
export function comparison(context: Speech, { comparedWith, unit }: Evidence): string {
  if (comparedWith === null) return '';
  const { what } = comparedWith;
  const value = evidenceValue(context, comparedWith.value, unit);
  const key = `compared.${what}`;
  const text = context.has(key) ? context.say(key, { value }) : what;
  return text.includes(value) ? text : `${text} ${value}`;
}

function windowText({ say }: Speech, from: number, to: number, startedAt: number): string {
  const [first, last] = [moment({ say }, from, startedAt), moment({ say }, to, startedAt)];
  return first === last ? first : `${first} – ${last}`;
}

function spoken(context: Speech, kind: string, { id, values }: Reason, startedAt: number): string {
  return context.say(`${kind}.${id}`, detailValues(context, values, startedAt));
}

/** The seconds of the first evidence that is about a part of the load. */
function spanOf({ evidence }: Finding, load: Load | null, chartGroup: string | null): FindingView['span'] {
  if (load === null || chartGroup === null) return null;
  const length = load.endedAt - load.startedAt;
  for (const { from, to } of evidence) {
    if (from === null || to === null || to - from >= narrow * length) continue;
    const [first, last] = [Math.max(from, load.startedAt), Math.min(to, load.endedAt)];
    const seconds = (at: number) => (at - load.startedAt) / 1_000;
    if (first <= last) return { chartGroup, from: seconds(first), to: seconds(last) };
  }
  return null;
}
