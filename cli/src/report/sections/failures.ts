import type { ReportedRun } from '../api-figures.ts';
import { type Block, list, paragraph, type Section, subheading, words } from '../block.ts';
import { type FailureId, failureKinds, failureMeasures } from '../failure-measure.ts';
import { perRun } from '../per-run.ts';
import type { SectionContext } from '../section-context.ts';

/** 4. 장애 시나리오 및 대응 레벨 분석: the four kinds of failure, estimated, beside what the runs measured about each. */
export function failures(context: SectionContext): Section {
  const { say } = context;
  return {
    id: 'failures',
    heading: say('heading.failures'),
    blocks: [
      table(context),
      ...measuredByRun(context),
      list([say('failures.whose-estimate'), say('failures.no-drill'), say('failures.measured')]),
      subheading(say('heading.levels')),
      list(['L1', 'L2', 'L3'].map((level) => say(`level.${level}`))),
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
  if (runs.length <= mostInCell) return [];
  return [
    words(
      say('failures.by-run'),
      [say('head.run'), ...failureKinds.map(({ id }) => say(`failure.${id}`))],
      runs.map((run) => [runName(run.record), ...failureKinds.map(({ id }) => ofRun(context, run, id))]),
    ),
  ];
}
