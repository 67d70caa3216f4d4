import { k6CpuLimit } from '../record/cpu-limit.ts';
import type { RunRecord, ThresholdResult } from '../record/run-record.ts';
import { measuredValue } from './measured-value.ts';
import type { SectionContext } from './section-context.ts';
import { isRising, type Step } from './step.ts';
import type { StepFigures } from './step-figures.ts';
import { brokenIn, stepOutcome } from './step-outcome.ts';
import { offeredText, stepName } from './step-text.ts';

interface Row {
  readonly step: Step;
  readonly figures: StepFigures;
}

/** Which step held, which broke first, what was not tried. Of stages no threshold speaks. */
export function stepFindings(context: SectionContext, record: RunRecord, all: readonly Row[]): string[] {
  const { say } = context;
  const rows = all.filter(({ step }) => step.stage === null);
  const reached = rows.filter(({ figures }) => figures.isReached);
  const of = (wanted: string) => reached.filter(({ step }) => stepOutcome(record, step.scenario.name) === wanted);
  const gated = reached.length - of('ungated').length;
  if (rows.length === 0) return [];
  if (gated === 0) return record.judgement === null ? [] : [say('steps.no-limits')];
  const names = (list: readonly Row[]) => list.map(({ step }) => stepName(context, step)).join(', ');
  return [
    ...of('broken').map(({ step }) => broke(context, record, step)),
    ...(of('broken').length === 0 && of('unknown').length === 0 ? [say('steps.all-held')] : []),
    ...(of('unknown').length > 0 ? [say('steps.unknown', { steps: names(of('unknown')) })] : []),
    ...(of('ungated').length > 0 ? [say('steps.ungated-steps', { steps: names(of('ungated')) })] : []),
    ...(isRising(record) && isSound(record) ? saturation(context, record, reached) : []),
    ...(rows.length > reached.length
      ? [
          say(wasStopped(record) ? 'steps.stopped' : 'steps.cut', {
            steps: names(rows.filter((row) => !reached.includes(row))),
          }),
        ]
      : []),
  ];
}

/** Where the generator was the limit, the step that broke is the generator's. */
function isSound({ judgement }: RunRecord): boolean {
  return judgement !== null && judgement.verdict.name !== 'INVALID';
}

function wasStopped({ judgement }: RunRecord): boolean {
  return (judgement?.thresholds ?? []).some(({ reason }) => reason === 'stopped-early');
}

function broke(context: SectionContext, record: RunRecord, step: Step): string {
  const thresholds = brokenIn(record, step.scenario.name)
    .map((result) => spoken(context, record, result))
    .join(', ');
  return context.say('steps.broke', {
    step: stepName(context, step),
    offered: offeredText(context, step),
    thresholds,
  });
}

function spoken({ say, format }: SectionContext, record: RunRecord, result: ThresholdResult): string {
  const { metric, expression, observed } = result;
  const value = measuredValue(metric, expression, observed, format, record.load?.units);
  return say('steps.threshold', { metric, expression, observed: value });
}

/** From here on the generator may be what could not bear the step. */
const nearlyAll = 0.8;

/** Between the last step that held and the first that broke, where nothing in between is unknown. */
function saturation(context: SectionContext, record: RunRecord, reached: readonly Row[]): string[] {
  const { say, format } = context;
  const outcomes = reached.map(({ step }) => stepOutcome(record, step.scenario.name));
  const first = outcomes.indexOf('broken');
  const isKnown = outcomes.slice(0, first < 0 ? undefined : first).every((outcome) => outcome === 'held');
  if (!isKnown) return [];
  const offered = (index: number) => {
    const step = reached.at(index)?.step;
    return step === undefined ? '—' : offeredText(context, step);
  };
  const cores = first < 0 ? null : (reached[first]?.figures.k6Cores ?? null);
  if (cores !== null && cores > nearlyAll * k6CpuLimit(record)) {
    return [say('steps.generator', { broke: offered(first), cores: format.plain(cores) })];
  }
  if (first < 0) return [say('steps.saturation-above', { highest: offered(-1) })];
  if (first === 0) return [say('steps.saturation-below', { lowest: offered(0) })];
  return [say('steps.saturation-between', { held: offered(first - 1), broke: offered(first) })];
}
