import type { ThresholdResult } from '../../record/run-record.ts';
import type { ReportedRun } from '../api-figures.ts';
import { type Block, list, paragraph, type Section, words } from '../block.ts';
import { observedText } from '../measured-value.ts';
import type { SectionContext } from '../section-context.ts';

/** Every threshold and gate with what was measured. */
export function thresholds(context: SectionContext): Section {
  const { runs, say } = context;
  const results = runs.flatMap(({ record }) => record.judgement?.thresholds ?? []);
  const notes = results.length === 0 ? [] : [say('thresholds.units')];
  if (results.some(({ metric }) => metric === 'bad_answers')) notes.push(say('thresholds.bad-answers'));
  return {
    id: 'thresholds',
    heading: say('heading.thresholds'),
    blocks: [...runs.map((run) => table(context, run)), ...(notes.length === 0 ? [] : [list(notes)])],
  };
}

function table(context: SectionContext, { record }: ReportedRun): Block {
  const { say, runName } = context;
  const results = record.judgement?.thresholds ?? [];
  const scenario = runName(record);
  if (record.judgement === null) return paragraph(say('thresholds.not-judged', { scenario }));
  if (results.length === 0) return paragraph(say('thresholds.none', { scenario }));
  return words(
    scenario,
    [say('head.metric'), say('head.threshold'), say('head.measured'), say('head.samples'), say('head.result')],
    results.map((result) => row(result, context, record.load?.units)),
  );
}

// A count or the last value is not a statistic of samples.
const overSamples = /^\s*(p\(|avg|med|min|max)/;

function row(result: ThresholdResult, context: SectionContext, units?: Readonly<Record<string, string>>): string[] {
  const { metric, expression, samples } = result;
  const { format } = context;
  return [
    metric,
    expression,
    observedText(result, format, units),
    format.plain(overSamples.test(expression) ? samples : null),
    outcome(result, context),
  ];
}

function outcome({ outcome: one, level, reason }: ThresholdResult, { say, name }: SectionContext): string {
  const text = say(`threshold.${one}`);
  const why = reason === null ? '' : ` (${name('why', reason)})`;
  return `${text}${why}${level === 'warn' ? ` · ${say('threshold.warn')}` : ''}`;
}
