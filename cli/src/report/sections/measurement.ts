import type { RunRecord } from '../../record/run-record.ts';
import type { ReportedRun } from '../api-figures.ts';
import { type Block, list, type Section } from '../block.ts';
import type { SectionContext } from '../section-context.ts';

/** 측정 검증: is the measurement itself to be believed? What happened to parts and probes on the way. */
export function measurement(context: SectionContext): Section {
  const { runs, say } = context;
  return {
    id: 'measurement',
    heading: say('heading.measurement'),
    blocks: runs.flatMap((run): Block[] => [
      list([
        count(context, run.record),
        ...generator(context, run.record),
        ...gaps(context, run),
        ...probeNotes(run.record),
        ...events(context, run),
        ...errors(context, run.record),
      ]),
    ]),
  };
}

function count({ say, format }: SectionContext, { load, scenario, id }: RunRecord): string {
  const name = scenario?.name ?? id;
  if (load === null) return say('measurement.no-load', { scenario: name });
  const { seriesRequests, summaryRequests, difference } = load.reconciliation;
  const values = { scenario: name, series: format.count(seriesRequests), k6: format.count(summaryRequests) };
  if (difference === null) return say('measurement.no-summary', values);
  return difference === 0
    ? say('measurement.equal', values)
    : say('measurement.differs', { ...values, difference: format.count(difference) });
}

function generator({ say, name, format }: SectionContext, { judgement }: RunRecord): string[] {
  const finding = judgement?.findings.find(({ id }) => id === 'generator');
  if (finding === undefined) return [];
  const rule = String(finding.detail.rule ?? '');
  if (finding.outcome === 'problem') return [say('generator.problem', { rule: name('rule', rule) })];
  const [used] = finding.evidence;
  if (finding.outcome !== 'ok' || used === undefined) return [say('generator.unknown')];
  return [
    say('generator.ok', { used: format.plain(used.value), limit: format.plain(used.comparedWith?.value ?? null) }),
  ];
}

function gaps({ say }: SectionContext, { record }: ReportedRun): string[] {
  const finding = record.judgement?.findings.find(({ id }) => id === 'probe-gap');
  if (finding === undefined) return [];
  if (finding.evidence.length === 0) return finding.outcome === 'ok' ? [say('gap.none')] : [say('gap.unknown')];
  return finding.evidence.map(({ metric, value, comparedWith }) =>
    say('gap.some', { probe: metric, seconds: value, of: comparedWith?.value ?? '?' }),
  );
}

function events({ say, format }: SectionContext, { record, series }: ReportedRun): string[] {
  return series.events
    .filter(({ name }) => name !== 'phase')
    .map(({ name, subject, detail, t }) =>
      say(`event.${name}`, { subject, detail: detail ?? '', moment: format.moment(t, record.timeZone) }),
    );
}

function errors({ say }: SectionContext, { errors: all }: RunRecord): string[] {
  return all.map(({ code, message }) => say('measurement.error', { code, message }));
}

/** In the words of the probe, which are the store's own. */
function probeNotes({ probeNotes: notes }: RunRecord): string[] {
  return Object.entries(notes).flatMap(([probe, lines]) => lines.map((line) => `${probe}: ${line}`));
}
