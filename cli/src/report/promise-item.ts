import type { Reason } from '../record/run-record.ts';
import type { ActionItem } from './action-item.ts';
import type { ReportedRun } from './api-figures.ts';
import { findingAction, limitText } from './finding-sentence.ts';
import { promiseImpacts } from './impact.ts';
import { reasonText } from './reason-text.ts';
import { bottleneckOf, toldFrom } from './run-finding.ts';
import type { SectionContext } from './section-context.ts';

/** All broken thresholds of a run in one: who was hurt, what limits the run, and what to do about that. */
export function promiseItem(context: SectionContext, run: ReportedRun, broken: readonly Reason[]): ActionItem[] {
  if (broken.length === 0) return [];
  const { say } = context;
  const { record } = run;
  const startedAt = toldFrom(record);
  const isVoid = record.judgement?.verdict.name === 'INVALID';
  const cause = explainsPromise(run) ? bottleneckOf(record) : null;
  const told = broken.map((reason) => reasonText(context, reason, record.load?.units));
  const hurt = promiseImpacts(context, run);
  const brief = say('insights.broken', { count: broken.length });
  const insight = hurt.length === 0 ? [brief] : hurt;
  const action = cause === null ? null : findingAction(context, cause, startedAt);
  return [
    {
      key: 'threshold-broken',
      topic: 'promise',
      insight: [...insight, ...(cause === null ? [] : [limitText(context, cause, startedAt)])].join(' '),
      brief,
      action: action ?? say(isVoid ? 'insights.broken-void' : 'remedy.threshold-broken'),
      evidence: told.join(' · '),
      priority: isVoid ? 3 : 1,
    },
  ];
}

/** True where the bottleneck is told as the cause of broken promises, and needs no item of its own. */
export function explainsPromise({ record }: ReportedRun): boolean {
  const { judgement } = record;
  if (judgement === null || judgement.verdict.name === 'INVALID') return false;
  return bottleneckOf(record)?.outcome === 'problem' && judgement.verdict.reasons.some(isBroken);
}

function isBroken({ id }: Reason): boolean {
  return id === 'threshold-broken';
}
