import type { ReportedRun } from '../api-figures.ts';
import { type Block, list, paragraph, type Section, subheading, words } from '../block.ts';
import { drillCharts } from '../drill/drill-charts.ts';
import { drillBlocks } from '../drill/drill-table.ts';
import { failureTrace } from '../drill/drill-trace.ts';
import { drilledTable } from '../drill/failure-table.ts';
import { levelRuleTables } from '../drill/level-rule-table.ts';
import { type FailureId, failureKinds, failureMeasures } from '../failure-measure.ts';
import { perRun } from '../per-run.ts';
import type { SectionContext } from '../section-context.ts';

/** 4. 장애 시나리오 및 대응 레벨 분석: the four kinds of failure, estimated and drilled, beside what the runs measured about each. */
export function failures(context: SectionContext): Section {
  const { say } = context;
  return {
    id: 'failures',
    heading: say('heading.failures'),
    blocks: [
      context.drills.length === 0
        ? table(context)
        : drilledTable(context, loadsOf(context).length > 0 ? (id) => measured(context, id) : null),
      ...measuredByRun(context),
      list(notes(context)),
      ...failureTrace(context),
      ...drillBlocks(context),
      ...drillCharts(context),
      subheading(say('heading.levels')),
      list(['L1', 'L2', 'L3'].map((level) => say(`level.${level}`))),
      ...levelRuleTables(context),
    ],
  };
}

function table(context: SectionContext): Block {
  const { runs, say } = context;
  if (runs.length === 0) return paragraph(say('figures.none'));
  return words(
    null,
    [
      say('head.failure'),
      say('head.level'),
      say('head.impact'),
      say('head.ttd'),
      say('head.ttr'),
      say('head.drilled'),
      say('head.measured-here'),
    ],
    failureKinds.map(({ id, level }) => [
      say(`failure.${id}`),
      level,
      say(`failure-impact.${id}`),
      say(`failure-ttd.${id}`),
      say(`failure-ttr.${id}`),
      say('not-run'),
      measured(context, id),
    ]),
  );
}

function notes(context: SectionContext): string[] {
  const { drills, say } = context;
  const loaded = loadsOf(context).length > 0 || drills.length === 0 ? [say('failures.measured')] : [];
  if (drills.length === 0) return [say('failures.whose-estimate'), say('failures.no-drill'), ...loaded];
  return [
    say('failures.whose-estimate'),
    say('failures.drilled'),
    say('failures.held'),
    say('failures.median'),
    ...loaded,
    ...otherMachine(context),
  ];
}

/** Columns of a load and times of a drill are read side by side: a reader must know when they are not from one place. */
function otherMachine(context: SectionContext): string[] {
  const [load] = loadsOf(context);
  if (load === undefined) return [];
  const isElsewhere = context.drills.some(({ run }) => placeOf(run) !== placeOf(load));
  return isElsewhere ? [context.say('failures.other-place')] : [];
}

function placeOf({ record: { host, git, loadkit } }: ReportedRun): string {
  return JSON.stringify([host.hostname, host.cpuModel, host.cpuCount, git?.commit, loadkit]);
}

/** Runs under load in which nothing was broken. */
function loadsOf({ runs }: SectionContext): readonly ReportedRun[] {
  return runs.filter(({ record }) => record.drill === null);
}

function measured(context: SectionContext, id: FailureId): string {
  const { runs, say } = context;
  if (runs.length > mostInCell) return say('failures.below');
  return perRun(
    context,
    runs.map((run) => ofRun(context, run, id)),
  );
}

function ofRun(context: SectionContext, run: ReportedRun, id: FailureId): string {
  return failureMeasures(context, run, id).join(' · ') || context.say('not-watched');
}

/** More runs than that have a row each in a table of their own. */
const mostInCell = 2;

function measuredByRun(context: SectionContext): Block[] {
  const { runs, say, runName } = context;
  if (runs.length <= mostInCell || loadsOf(context).length === 0) return [];
  return [
    words(
      say('failures.by-run'),
      [say('head.run'), ...failureKinds.map(({ id }) => say(`failure.${id}`))],
      runs.map((run) => [runName(run.record), ...failureKinds.map(({ id }) => ofRun(context, run, id))]),
    ),
  ];
}
