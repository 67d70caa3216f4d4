import { doubtValues } from '../record/drill-doubt.ts';
import type { Invariant, Reason, RunRecord } from '../record/run-record.ts';
import type { ActionItem } from './action-item.ts';
import type { ReportedRun } from './api-figures.ts';
import { evidenceText } from './invariant-evidence.ts';
import { promiseItem } from './promise-item.ts';
import { reasonText } from './reason-text.ts';
import { problemsOf } from './run-finding.ts';
import type { SectionContext } from './section-context.ts';

/** Reasons that a finding tells better, with its own action, where there is one. */
const toldBy: ReadonlyMap<string, string> = new Map([
  ['generator-limit', 'generator'],
  ['generator-limit-step', 'generator'],
]);

const measuring: ReadonlySet<string> = new Set([
  'generator-limit',
  'generator-limit-step',
  'part-died',
  'generator-unwatched',
  'probe-gap',
  'series-incomplete',
  'series-differs',
  'series-untagged',
  'series-stalled',
  'store-restarted',
  'iterations-differ',
  'exports-rejected',
  'threshold-no-data',
  'threshold-thin',
  'k6-threshold-unknown',
  'nothing-judged',
  'no-requests',
  'requests-refused',
  'invariant-undetermined',
  'internal-error',
  'interrupted',
  'not-started',
  'script-failed',
  'k6-killed',
  'k6-signal',
  'k6-crashed',
  'k6-silent',
  ...Object.keys(doubtValues),
]);

/** What the reasons of a verdict ask for. They are why it is no pass; in a pass they are remarks. */
export function reasonItems(context: SectionContext, run: ReportedRun): ActionItem[] {
  const { record } = run;
  const verdict = record.judgement?.verdict;
  if (verdict === undefined) return [];
  const problems = new Set(problemsOf(record).map(({ id }) => id));
  const own = verdict.reasons.filter(({ id }) => !problems.has(toldBy.get(id) ?? ''));
  const isBroken = ({ id }: Reason) => id === 'threshold-broken';
  return [
    ...own.filter((one) => !isBroken(one)).map((one) => itemOf(context, record, one, verdict.name === 'PASS')),
    ...promiseItem(context, run, own.filter(isBroken)),
  ];
}

function itemOf(context: SectionContext, record: RunRecord, reason: Reason, isRemark: boolean): ActionItem {
  const { say, has } = context;
  const { id, values } = reason;
  const invariant = String(values.invariant ?? '');
  const isViolation = id === 'invariant-violated';
  // What to do depends on which invariant it is, or why a threshold was not judged.
  const own = `remedy.${id}.${values.invariant ?? values.why ?? ''}`;
  const told = reasonText(context, reason, record.load?.units);
  return {
    key: JSON.stringify([id, values.metric ?? values.invariant ?? values.probe ?? '', values.expression ?? '']),
    topic: topicOf(id),
    insight: isViolation && has(`impact.${invariant}`) ? say(`impact.${invariant}`) : told,
    action: has(own) ? say(own) : say(`remedy.${id}`),
    evidence: isViolation ? violationText(context, record, invariant, told) : evidenceOf(context, record),
    priority: isRemark || id === 'threshold-warned' ? 3 : 1,
  };
}

function topicOf(id: string): ActionItem['topic'] {
  if (id === 'invariant-violated' || id === 'not-drained') return 'consistency';
  if (id.startsWith('drill-')) return 'response';
  return measuring.has(id) ? 'measurement' : 'promise';
}

function violationText(context: SectionContext, record: RunRecord, id: string, told: string): string {
  const invariant: Invariant | undefined = record.invariants.find((one) => one.id === id);
  const figures = invariant === undefined ? '—' : evidenceText(context, invariant);
  return figures === '—' ? told : `${told} (${figures})`;
}

/** The verdict that rests on it: the figures themselves stand in the insight. */
function evidenceOf({ say }: SectionContext, { judgement }: RunRecord): string {
  const name = judgement?.verdict.name ?? 'not-judged';
  return name === 'PASS' ? say('insights.remark') : say('insights.verdict', { verdict: say(`verdict.${name}`) });
}
