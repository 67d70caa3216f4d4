import { agree, iterationCount } from '../../record/iteration-count.ts';
import type { RunRecord } from '../../record/run-record.ts';
import type { ReportedRun } from '../api-figures.ts';
import { type Block, list, paragraph, type Section, words } from '../block.ts';
import { mergedTrends } from '../merged-range.ts';
import { missedReadings } from '../missed-reading.ts';
import { speaksNoHttp } from '../no-figures.ts';
import type { SectionContext } from '../section-context.ts';

/** 측정 검증: is the measurement itself to be believed? What happened to parts and probes on the way. */
export function measurement(context: SectionContext): Section {
  const { runs, say, runName } = context;
  return {
    id: 'measurement',
    heading: say('heading.measurement'),
    blocks: runs.flatMap((run): Block[] => [
      // Two lists in a row would run into one in Markdown.
      ...(runs.length > 1 ? [paragraph(say('measurement.of', { scenario: runName(run.record) }))] : []),
      list([
        ...requestCount(context, run),
        ...generator(context, run.record),
        ...gaps(context, run),
        ...probeNotes(run.record),
        ...events(context, run),
        ...errors(context, run.record),
      ]),
      ...mergedPercentiles(context, run.record),
      ...missed(context, run),
    ]),
  };
}

function requestCount({ say, format, runName }: SectionContext, run: ReportedRun): string[] {
  const { record } = run;
  const { load } = record;
  const scenario = runName(record);
  if (load === null) return [say('measurement.no-load', { scenario })];
  const { seriesRequests, summaryRequests, difference, rejectedExports } = load.reconciliation;
  const values = { scenario, series: format.count(seriesRequests), k6: format.count(summaryRequests) };
  const lines = [];
  // No request is no comparison of anything.
  if (load.withoutSummary) lines.push(...withoutSummary({ say, format }, run, scenario));
  else if (speaksNoHttp(run)) lines.push(say('measurement.no-http', { scenario }));
  else if (difference === null) lines.push(say('measurement.no-summary', values));
  else if (difference === 0) lines.push(say('measurement.equal', values));
  else lines.push(say('measurement.differs', { ...values, difference: format.count(Math.abs(difference)) }));
  if (rejectedExports > 0) lines.push(say('measurement.rejected-exports', { scenario, count: rejectedExports }));
  const silent = record.judgement?.findings.find(({ id }) => id === 'measurement')?.detail.silentSeconds;
  if (typeof silent === 'number' && silent > 0) lines.push(say('measurement.silence', { scenario, seconds: silent }));
  const interrupted = load.iterations?.interrupted ?? 0;
  if (interrupted > 0) lines.push(say('measurement.cut', { scenario, count: format.plain(interrupted) }));
  return lines;
}

/** No difference of 0 where there was nothing to differ from. */
function withoutSummary(
  { say, format }: Pick<SectionContext, 'say' | 'format'>,
  { record, series }: ReportedRun,
  scenario: string,
): string[] {
  const { load } = record;
  if (load === null) return [];
  const values = { scenario, series: format.count(load.reconciliation.seriesRequests) };
  const count = iterationCount(load, series.load);
  if (count === null) return [say('measurement.summary-off', values)];
  const iterations = { byK6: format.plain(count.byK6), inSeries: format.plain(count.inSeries) };
  const key = agree(count, load) ? 'measurement.iterations-agree' : 'measurement.iterations-differ';
  return [say('measurement.summary-off', values), say(key, { scenario, ...iterations })];
}

/** Between which values the percentiles lie, where k6 itself made none. */
function mergedPercentiles({ say, format }: SectionContext, record: RunRecord): Block[] {
  const rows = mergedTrends(record).flatMap(({ metric, samples, percentiles }) =>
    percentiles.map(({ label, value, least, most }) => [
      metric,
      label,
      `≈ ${format.time(value)}`,
      `${format.time(least)} – ${format.time(most)}`,
      format.plain(samples),
    ]),
  );
  if (rows.length === 0) return [];
  const head = ['head.metric', 'head.percentile', 'head.value', 'head.range', 'head.samples'].map((key) => say(key));
  return [words(say('measurement.percentiles'), head, rows)];
}

function generator({ say, has, name, format }: SectionContext, { judgement }: RunRecord): string[] {
  const finding = judgement?.findings.find(({ id }) => id === 'generator');
  if (finding === undefined) return [];
  const rule = String(finding.detail.rule ?? '');
  if (finding.outcome === 'problem') {
    const { step } = finding.detail;
    if (step === undefined) return [say('generator.problem', { rule: name('rule', rule) })];
    return [say('generator.problem-step', { rule: name('rule', rule), step: String(step) })];
  }
  const [used] = finding.evidence;
  if (finding.outcome !== 'ok' || used === undefined) {
    return [say(has(`generator.${rule}`) ? `generator.${rule}` : 'generator.unknown')];
  }
  return [
    say('generator.ok', { used: format.cores(used.value), limit: format.cores(used.comparedWith?.value ?? null) }),
  ];
}

function gaps({ say }: SectionContext, { record, series }: ReportedRun): string[] {
  if (record.load === null) return [];
  if (series.readings.size === 0) return [say('gap.unknown')];
  return missedReadings(series, record.load).length === 0 ? [say('gap.none')] : [];
}

/** Which probe could not read, how often and why. */
function missed({ say, format }: SectionContext, { record, series }: ReportedRun): Block[] {
  const all = record.load === null ? [] : missedReadings(series, record.load);
  if (all.length === 0) return [];
  return [
    words(
      say('gap.title'),
      [
        say('head.probe'),
        say('head.seconds'),
        say('head.late'),
        say('head.failed'),
        say('head.absent'),
        say('head.why'),
      ],
      all.map(({ probe, seconds, late, failed, absent, error }) => [
        probe,
        ...[seconds, late, failed, absent].map((value) => format.plain(value)),
        error ?? '—',
      ]),
    ),
  ];
}

function events({ say, format }: SectionContext, { record, series }: ReportedRun): string[] {
  return series.events
    .filter(({ name }) => name !== 'phase')
    .map(({ name, subject, detail, t }) =>
      say(`event.${name}`, { subject, detail: detail ?? '', moment: format.moment(t, record.timeZone) }).trim(),
    );
}

function errors({ say }: SectionContext, { errors: all }: RunRecord): string[] {
  return all.map(({ code, message }) => say('measurement.error', { code, message }));
}

/** In the words of the probe, which are the store's own. */
function probeNotes({ probeNotes: notes }: RunRecord): string[] {
  return Object.entries(notes).flatMap(([probe, lines]) => lines.map((line) => `${probe}: ${line}`));
}
