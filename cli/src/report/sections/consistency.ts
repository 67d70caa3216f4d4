import { hadNothingToCheck } from '../../record/invariant-scope.ts';
import type { Invariant, RunRecord } from '../../record/run-record.ts';
import { type Block, paragraph, type Section, words } from '../block.ts';
import { evidenceText } from '../invariant-evidence.ts';
import type { SectionContext } from '../section-context.ts';

/** 정합성 검증: what must never happen, counted in the stores after the load. */
export function consistency(context: SectionContext): Section {
  const { runs, say } = context;
  return {
    id: 'consistency',
    heading: say('heading.consistency'),
    blocks: runs.flatMap(({ record }) => [backlog(context, record), invariants(context, record)]),
  };
}

function backlog({ say, format, runName }: SectionContext, record: RunRecord): Block {
  const { drain } = record;
  const scenario = runName(record);
  if (drain === null) return paragraph(say('drain.not-run', { scenario }));
  if (record.scenario?.foreign === true && drain.drained && Object.keys(drain.left).length === 0) {
    return paragraph(say('drain.nothing-watched', { scenario }));
  }
  const took = format.span(drain.tookMs);
  if (drain.drained) return paragraph(say('drain.done', { scenario, took }));
  const left = Object.entries(drain.left)
    .filter(([, value]) => value !== 0)
    .map(([metric, value]) => `${metric}=${format.plain(value)}`)
    .join(', ');
  return paragraph(say('drain.not-done', { scenario, took, left: left === '' ? '—' : left }));
}

function invariants(context: SectionContext, record: RunRecord): Block {
  const { say, format, runName } = context;
  const scenario = runName(record);
  if (record.invariants.length === 0) return paragraph(say('consistency.not-run', { scenario }));
  return words(
    scenario,
    [say('head.invariant'), say('head.result'), say('head.violations'), say('head.evidence')],
    record.invariants.map((invariant) => [
      context.name('invariant', invariant.id),
      result(context, invariant),
      format.count(invariant.violations),
      evidenceText(context, invariant),
    ]),
  );
}

function result({ say, name }: SectionContext, invariant: Invariant): string {
  if (hadNothingToCheck(invariant)) return say('invariant-outcome.held-nothing');
  const { outcome, reason } = invariant;
  return `${say(`invariant-outcome.${outcome}`)}${reason === null ? '' : ` (${name('why', reason)})`}`;
}
