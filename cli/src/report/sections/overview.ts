import { hadNothingToCheck } from '../../record/invariant-scope.ts';
import type { RunRecord, Verdict } from '../../record/run-record.ts';
import { actionItems } from '../action-item.ts';
import type { ReportedRun } from '../api-figures.ts';
import { type Block, figures, list, paragraph, type Section } from '../block.ts';
import { comparisonsOf } from '../comparison.ts';
import { drillOverview } from '../drill/drill-overview.ts';
import { limitText } from '../finding-sentence.ts';
import { impacts } from '../impact.ts';
import { nextSteps } from '../next-step.ts';
import { noFigures } from '../no-figures.ts';
import { runPrefix } from '../per-run.ts';
import { reasonText } from '../reason-text.ts';
import { bottleneckOf } from '../run-finding.ts';
import type { SectionContext } from '../section-context.ts';

const mostActions = 3;

/** 한눈에 보기: did it pass, who could not do what, why, what limits it, five figures, what to do first. */
export function overview(context: SectionContext): Section {
  const { runs, say, runName } = context;
  const blocks: Block[] = runs.flatMap((run) => {
    if (run.record.drill !== null) return [];
    const verdict = run.record.judgement?.verdict;
    if (verdict === undefined) return [paragraph(say('overview.not-judged', { run: runName(run.record) }))];
    return [paragraph(verdictSentence(context, run.record, verdict)), ...grounds(context, run, verdict)];
  });
  const told = [...blocks, ...drillOverview(context), ...limits(context)];
  const all = [...told, ...fiveFigures(context), ...howFar(context), ...threeActions(context)];
  return { id: 'overview', heading: say('heading.overview'), blocks: all };
}

function verdictSentence({ say, runName }: SectionContext, record: RunRecord, { name, exitCode }: Verdict): string {
  return say('overview.verdict', {
    scenario: runName(record),
    verdict: say(`verdict.${name}`),
    meaning: say(name === 'PASS' && isLeftToK6(record) ? 'meaning.PASS-k6' : `meaning.${name}`),
    exitCode,
  });
}

/** k6 passes what loadkit would not: that nothing was wrong is then not said. */
function isLeftToK6({ scenario }: RunRecord): boolean {
  return scenario?.foreign === true && !scenario.strict;
}

function grounds(context: SectionContext, run: ReportedRun, { reasons }: Verdict): Block[] {
  const lines = [
    ...impacts(context, run),
    ...reasons.map((reason) => reasonText(context, reason, run.record.load?.units)),
  ];
  return lines.length === 0 ? [] : [list(lines)];
}

/** One line for each run: what limits it, and how sure that is. */
function limits(context: SectionContext): Block[] {
  const { runs, say, runName } = context;
  const lines = runs.flatMap(({ record }) => {
    if (record.judgement === null || record.load === null || record.drill !== null) return [];
    const finding = bottleneckOf(record);
    const text = finding === null ? say('diagnosis.no-bottleneck') : limitText(context, finding, record.load.startedAt);
    return [runs.length > 1 ? `${runName(record)}: ${text}` : text];
  });
  return lines.length === 0 ? [] : [paragraph(say('overview.limit')), list(lines)];
}

/** How far the five figures carry: on what machine, and measured how often. */
function howFar({ runs, drills, columns, say }: SectionContext): Block[] {
  if (columns.length === 0) return [];
  const processors = new Set(runs.filter(({ record }) => record.host.shared).map(({ record }) => record.host.cpuCount));
  const lines = [...processors].map((count) => say('environment.shared', { count }));
  const isRepeated = comparisonsOf(runs).length > 0 || drills.some(({ drill }) => drill.repeat.of > 1);
  if (!isRepeated) lines.push(say('overview.once'));
  return [paragraph(lines.join(' '))];
}

/** The first three things to do. */
function threeActions(context: SectionContext): Block[] {
  const { say } = context;
  const found = actionItems(context);
  const known = [...found, ...nextSteps(context)];
  const items = known.slice(0, mostActions);
  if (items.length === 0) return [];
  const lines = items.map((item) => {
    const insight = `${runPrefix(context, item.runs)}${item.brief ?? item.insight}`;
    return say('overview.action', { insight, action: item.action, priority: `P${item.priority}` });
  });
  const more = known.length - items.length;
  return [
    paragraph(say(found.length === 0 ? 'overview.next' : 'overview.actions')),
    list(lines),
    ...(more > 0 ? [paragraph(say('overview.more-actions', { more }))] : []),
  ];
}

function fiveFigures(context: SectionContext): Block[] {
  const { columns, say, format } = context;
  if (columns.length === 0) return [paragraph(say(noFigures(context)))];
  const p95 = columns.map(({ api }) => {
    const about = api.expected?.approximate === true ? '≈ ' : '';
    return `${about}${format.time(api.expected?.p95Ms ?? null)}`;
  });
  return [
    figures(
      null,
      [say('head.figure'), ...columns.map(({ heading }) => heading)],
      [
        [say('row.requests'), ...columns.map(({ api }) => format.count(api.requests))],
        [say('row.tps'), ...columns.map(({ api }) => format.rate(api.perSecond))],
        [say('row.p95'), ...p95],
        [say('row.failure-rate'), ...columns.map(({ api }) => format.share(api.failureRate))],
        [say('row.violations'), ...columns.map(({ run }) => violations(run.record.invariants, say))],
      ],
    ),
  ];
}

function violations(invariants: RunRecord['invariants'], say: SectionContext['say']): string {
  if (invariants.length === 0) return say('not-run');
  const count = (outcome: string) => invariants.filter((invariant) => invariant.outcome === outcome).length;
  const empty = invariants.filter(hadNothingToCheck).length;
  const figures = { held: count('held') - empty, violated: count('violated'), undetermined: count('undetermined') };
  return say('overview.invariants', figures) + (empty > 0 ? ` · ${say('overview.nothing-to-check', { empty })}` : '');
}
