import type { Finding } from '../record/run-record.ts';
import type { ActionItem } from './action-item.ts';
import type { ReportedRun } from './api-figures.ts';
import { evidenceValue } from './detail-format.ts';
import { confidenceText, findingAction, findingRule, findingSentence, findingTitle } from './finding-sentence.ts';
import { comparison } from './finding-text.ts';
import { explainsPromise } from './promise-item.ts';
import { bottleneckOf, problemsOf, toldFrom } from './run-finding.ts';
import type { SectionContext } from './section-context.ts';

/** Findings about the measurement, which the verdict rests on. */
const ofMeasurement = new Set(['generator', 'measurement', 'probe-gap']);
/** What the reasons of the verdict say one by one. */
const toldByReasons = new Set(['consistency']);

/** The same of the finding `measurement`. */
const ofSeries = ['series-differs', 'series-stalled'];

/** What the findings ask for: first what makes the run no measurement, then what limits the service, then the rest. */
export function findingItems(context: SectionContext, run: ReportedRun): ActionItem[] {
  const bottleneck = bottleneckOf(run.record);
  const isOpen = bottleneck?.outcome === 'problem' && !explainsPromise(run);
  const found = [...(isOpen ? [bottleneck] : []), ...problemsOf(run.record)];
  const reasons = new Set(run.record.judgement?.verdict.reasons.map(({ id }) => id));
  return found
    .filter(
      ({ id }) =>
        !toldByReasons.has(id) &&
        !reasons.has(id) &&
        !(id === 'measurement' && ofSeries.some((one) => reasons.has(one))),
    )
    .map((finding) => itemOf(context, run, finding));
}

function itemOf(context: SectionContext, { record }: ReportedRun, finding: Finding): ActionItem {
  const startedAt = toldFrom(record);
  const isMeasurement = ofMeasurement.has(finding.id);
  const sure = confidenceText(context, finding);
  return {
    key: `${finding.id}.${findingRule(finding)}`,
    topic: isMeasurement ? 'measurement' : 'performance',
    insight: findingSentence(context, finding, startedAt),
    action: findingAction(context, finding, startedAt) ?? context.say('insights.no-action'),
    evidence: [
      `${findingTitle(context, finding)}${sure === null ? '' : ` (${sure})`}`,
      ...strongest(context, finding),
    ].join(' · '),
    priority: isMeasurement && record.judgement?.verdict.name !== 'PASS' ? 1 : priorityOf(finding),
  };
}

function priorityOf({ id, confidence }: Finding): 2 | 3 {
  return id === 'bottleneck' || confidence === 'high' ? 2 : 3;
}

/** The first figure of evidence: the others stand with the finding. */
function strongest(context: SectionContext, { evidence }: Finding): string[] {
  const [first] = evidence;
  if (first === undefined) return [];
  const compared = comparison(context, first);
  return [
    `${first.metric} ${evidenceValue(context, first.value, first.unit)}${compared === '' ? '' : ` (${compared})`}`,
  ];
}
