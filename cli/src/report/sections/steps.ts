import { k6CpuLimit } from '../../record/cpu-limit.ts';
import type { RunRecord } from '../../record/run-record.ts';
import type { ReportedRun } from '../api-figures.ts';
import { type Block, figures, list, type Section } from '../block.ts';
import { loadTime } from '../load-time.ts';
import type { SectionContext } from '../section-context.ts';
import { type Step, stepsOf } from '../step.ts';
import { apiByStep } from '../step-api.ts';
import { type Percentiles, type StepFigures, stepFigures } from '../step-figures.ts';
import { stepFindings } from '../step-finding.ts';
import { type StepOutcome, stepOutcome } from '../step-outcome.ts';
import { offeredText, stepName } from '../step-text.ts';

/** 단계별 성능: a load that changes on its way has figures for each part of it. Null when none of the runs does. */
export function steps(context: SectionContext): Section | null {
  const blocks = context.runs.flatMap((run) => ofRun(context, run));
  return blocks.length === 0 ? null : { id: 'steps', heading: context.say('heading.steps'), blocks };
}

/** A script can have thousands of stages. */
const mostRows = 60;

interface Row {
  readonly step: Step;
  readonly figures: StepFigures;
}

function ofRun(context: SectionContext, run: ReportedRun): Block[] {
  const all = stepsOf(run.record);
  const time = loadTime(run);
  if (all.length === 0 || time === null) return [];
  const shown = all.slice(0, mostRows);
  const rows = shown.map((step) => ({ step, figures: stepFigures(run, step, time) }));
  const apis = apiByStep(context, run, shown);
  const isApproximate = apis.isApproximate || rows.some(({ figures: { expected } }) => expected?.approximate === true);
  return [
    table(context, run.record, rows),
    ...apis.blocks,
    list([
      ...stepFindings(context, run.record, rows),
      ...notes(context, run.record, rows),
      ...(isApproximate ? [context.say('steps.approximate')] : []),
      ...(all.length > rows.length ? [context.say('steps.more', { shown: rows.length, all: all.length })] : []),
    ]),
  ];
}

function table(context: SectionContext, record: RunRecord, rows: readonly Row[]): Block {
  const { say, runs, runName, format } = context;
  const withCpu = rows.some(({ figures: { k6Cores } }) => k6Cores !== null);
  const head = [
    say('head.step'),
    say('head.offered'),
    say('row.requests'),
    say('head.throughput'),
    say('head.p95'),
    say('head.p99'),
    say('row.failure-rate'),
    say('outcome.dropped'),
    ...(withCpu ? [say('head.k6-cpu')] : []),
    say('head.result'),
  ];
  const cells = rows.map(({ step, figures: one }) => [
    stepName(context, step),
    offeredText(context, step),
    format.count(one.requests),
    format.rate(one.perSecond),
    percentile(context, one.expected, 'p95Ms'),
    percentile(context, one.expected, 'p99Ms'),
    format.share(one.failureRate),
    one.dropped === 'cannot' ? say('outcome.dropped-closed') : format.count(one.dropped),
    ...(withCpu ? [format.plain(one.k6Cores)] : []),
    outcome(context, record, { step, figures: one }),
  ]);
  return figures(runs.length > 1 ? runName(record) : null, head, cells);
}

function percentile({ format }: SectionContext, expected: Percentiles | null, pick: 'p95Ms' | 'p99Ms'): string {
  const value = expected?.[pick] ?? null;
  return `${value !== null && expected?.approximate === true ? '≈ ' : ''}${format.time(value)}`;
}

const outcomeKeys: Readonly<Record<StepOutcome, string>> = {
  held: 'threshold.held',
  broken: 'threshold.broken',
  unknown: 'threshold.no-data',
  ungated: 'steps.ungated',
};

function outcome({ say }: SectionContext, record: RunRecord, { step, figures: { isReached } }: Row): string {
  if (!isReached) return say('not-run');
  // A threshold looks at the whole of a k6 scenario.
  if (step.stage !== null) return '—';
  return say(outcomeKeys[stepOutcome(record, step.scenario.name)]);
}

function notes({ say, format }: SectionContext, record: RunRecord, rows: readonly Row[]): string[] {
  const lines = [];
  if (rows.some(({ step }) => step.stage === null)) lines.push(say('steps.what'));
  if (rows.some(({ step }) => step.offered.kind === 'rate')) lines.push(say('steps.rate'));
  if (rows.some(({ step }) => step.stage !== null)) lines.push(say('steps.stages'));
  if (rows.some(({ figures: { k6Cores } }) => k6Cores !== null)) {
    lines.push(say('steps.k6-cpu', { limit: format.plain(k6CpuLimit(record)) }));
  }
  return lines;
}
