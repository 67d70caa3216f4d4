import type { Finding } from '../record/run-record.ts';
import type { ReportedRun } from './api-figures.ts';
import { type Block, findings, list, paragraph, subheading, words } from './block.ts';
import { findingSentence, findingTitle } from './finding-sentence.ts';
import { findingView } from './finding-text.ts';
import { bottleneckOf, findingsOf, problemsOf, toldFrom } from './run-finding.ts';
import type { SectionContext } from './section-context.ts';

/**
 * 병목 분석 요약: of each run what limits it, what was found wrong, what was looked at and was in order, and what the data
 * could not say.
 *
 * @param chartGroups ids of the runs' charts
 */
export function diagnosis(context: SectionContext, chartGroups: ReadonlyMap<ReportedRun, string>): Block[] {
  const { runs, say } = context;
  if (runs.length === 0) return [];
  return [
    subheading(say('heading.diagnosis')),
    ...(runs.some(({ record }) => record.judgement !== null) ? [paragraph(say('diagnosis.how'))] : []),
    ...runs.flatMap((run) => ofRun(context, run, chartGroups.get(run) ?? null)),
    ...(runs.length > mostInFull ? outcomes(context) : []),
  ];
}

/** Of more runs than that only what limits them and what is wrong is told in full. */
const mostInFull = 2;

/** What was looked at by its outcome in each run. */
function outcomes(context: SectionContext): Block[] {
  const { runs, say, runName } = context;
  const findingsOfRuns = runs.map(({ record }) => record.judgement?.findings ?? []);
  const ids = [...new Set(findingsOfRuns.flat().map(({ id }) => id))];
  if (ids.length === 0) return [];
  return [
    words(
      say('diagnosis.outcomes'),
      [say('head.checked'), ...runs.map(({ record }) => runName(record))],
      ids.map((id) => [
        context.name('finding', id),
        ...findingsOfRuns.map((all) => {
          const found = all.find((one) => one.id === id);
          return found === undefined ? '—' : say(`finding-outcome.${found.outcome}`);
        }),
      ]),
    ),
  ];
}

function ofRun(context: SectionContext, run: ReportedRun, chartGroup: string | null): Block[] {
  const { runs, say, runName } = context;
  const { record } = run;
  const title = runs.length > 1 ? [paragraph(say('diagnosis.of', { scenario: runName(record) }))] : [];
  if (record.judgement === null) return [...title, paragraph(say('diagnosis.not-judged'))];
  const bottleneck = bottleneckOf(record);
  const told = [...(bottleneck === null ? [] : [bottleneck]), ...problemsOf(record)];
  return [
    ...title,
    ...(bottleneck === null ? [paragraph(say('diagnosis.no-bottleneck'))] : []),
    ...(told.length === 0 ? [] : [findings(told.map((one) => findingView(context, run, one, chartGroup)))]),
    ...(runs.length > mostInFull ? [] : [...inOrder(context, run), ...notSaid(context, run)]),
  ];
}

function inOrder(context: SectionContext, run: ReportedRun): Block[] {
  const { say } = context;
  const fine = findingsOf(run.record, 'ok');
  if (fine.length === 0) return [];
  return [
    words(
      say('diagnosis.in-order'),
      [say('head.checked'), say('head.found'), say('head.confidence')],
      fine.map((finding) => [
        findingTitle(context, finding),
        sentence(context, run, finding),
        finding.confidence === null ? '—' : say(`confidence-level.${finding.confidence}`),
      ]),
    ),
  ];
}

function notSaid(context: SectionContext, run: ReportedRun): Block[] {
  const open = findingsOf(run.record, 'insufficient-data', 'error');
  if (open.length === 0) return [];
  return [
    paragraph(context.say('diagnosis.not-said')),
    list(open.map((one) => `${findingTitle(context, one)}: ${sentence(context, run, one)}`)),
  ];
}

function sentence(context: SectionContext, { record }: ReportedRun, finding: Finding): string {
  return findingSentence(context, finding, toldFrom(record));
}
