import type { RunRecord } from '../../record/run-record.ts';
import type { ReportedRun } from '../api-figures.ts';
import { type Block, list, paragraph, type Section } from '../block.ts';
import { mergedTrends, widestShare } from '../merged-range.ts';
import { noticeText } from '../notice-text.ts';
import { unboundedNames } from '../request-names.ts';
import type { SectionContext } from '../section-context.ts';

/** The notice before a load that the report says with its figures. */
const summaryOff = 'summary-off';

/** 유의점: what a reader must know of a run to read its figures right. Null when there is nothing. */
export function caveats(context: SectionContext): Section | null {
  const { runs, say, runName } = context;
  const blocks = runs.flatMap((run): Block[] => {
    const items = [
      ...(isBroken(run.record) ? [say('caveat.drill')] : []),
      ...foreign(context, run.record),
      ...merged(context, run.record),
      ...notices(context, run.record),
      ...series(context, run),
    ];
    if (items.length === 0) return [];
    const title = runs.length > 1 ? [paragraph(runName(run.record))] : [];
    return [...title, list(items), ...lastWords(context, run.record)];
  });
  return blocks.length === 0 ? null : { id: 'caveats', heading: say('heading.caveats'), blocks };
}

function isBroken({ drill }: RunRecord): boolean {
  return drill !== null && drill.failure !== null;
}

/** Whose verdict it is, and what k6 could not tell of the script. */
function foreign({ say }: SectionContext, { scenario, load }: RunRecord): string[] {
  if (scenario?.foreign !== true) return [];
  const takenOut = load !== null && load.summary !== null && load.reconciliation.summaryRequests === null;
  return [
    say(scenario.strict ? 'caveat.strict' : 'caveat.k6-decides'),
    ...(scenario.flags.length === 0 ? [] : [say('caveat.flags', { flags: scenario.flags.join(' ') })]),
    ...(lacksSummary(load) ? [say('caveat.no-summary')] : []),
    ...(takenOut ? [say('caveat.summary-changed')] : []),
  ];
}

function lacksSummary(load: RunRecord['load']): boolean {
  return load !== null && load.summary === null && load.exitCode !== null && !load.withoutSummary;
}

/** Of what the figures of a run are made whose k6 made no summary. */
function merged({ say, format }: SectionContext, record: RunRecord): string[] {
  if (record.load?.withoutSummary !== true) return [];
  const share = widestShare(mergedTrends(record));
  return [share === null ? say('caveat.summary-off') : say('caveat.summary-merged', { share: format.share(share) })];
}

function notices(context: SectionContext, record: RunRecord): string[] {
  const told = record.load === null ? [] : [summaryOff];
  const untold = record.notices.filter(({ id }) => !told.includes(id));
  return untold.map((notice) => noticeText(context, notice));
}

function series(context: SectionContext, run: ReportedRun): string[] {
  const { say, format } = context;
  const { load } = run.record;
  if (load === null) return [];
  const names = unboundedNames(run);
  const { tags = [], untagged = 0 } = load.folded ?? {};
  return [
    ...(names === null ? [] : [manyNames(context, names)]),
    ...(untagged === 0 ? [] : [say('caveat.untagged', { requests: format.count(untagged) })]),
    ...(tags.length === 0 ? [] : [say('caveat.folded-tags', { tags: tags.join(', ') })]),
    ...(load.notFinite === 0 ? [] : [say('caveat.not-finite', { count: format.plain(load.notFinite) })]),
  ];
}

function manyNames(
  { say, format }: SectionContext,
  { kept, folded, atLeast, once }: NonNullable<ReturnType<typeof unboundedNames>>,
): string {
  if (folded === 0) return say('caveat.names-once', { kept: format.plain(kept), once: format.plain(once) });
  return say('caveat.names-folded', {
    kept: format.plain(kept),
    folded: `${atLeast ? '≥ ' : ''}${format.plain(folded)}`,
  });
}

const mostLines = 12;

/** What k6 said before it ended with a failure: the exception with its place is nowhere else in the report. */
function lastWords({ say }: SectionContext, { scenario, load, judgement }: RunRecord): Block[] {
  if (scenario?.foreign !== true || load === null || judgement?.verdict.name !== 'SCRIPT_FAILURE') return [];
  const lines = load.consoleTail.slice(-mostLines);
  return lines.length === 0 ? [] : [paragraph(say('caveat.last-words')), list(lines)];
}
