import type { RunRecord } from '../../record/run-record.ts';
import { type Block, paragraph, type Section, words } from '../block.ts';
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

function backlog({ say, format }: SectionContext, { drain, scenario, id }: RunRecord): Block {
  const name = scenario?.name ?? id;
  if (drain === null) return paragraph(say('drain.not-run', { scenario: name }));
  const took = format.time(drain.tookMs);
  if (drain.drained) return paragraph(say('drain.done', { scenario: name, took }));
  const left = Object.entries(drain.left)
    .filter(([, value]) => value !== 0)
    .map(([metric, value]) => `${metric}=${value}`)
    .join(', ');
  return paragraph(say('drain.not-done', { scenario: name, took, left: left === '' ? '—' : left }));
}

function invariants({ say, name, format }: SectionContext, record: RunRecord): Block {
  const scenario = record.scenario?.name ?? record.id;
  if (record.invariants.length === 0) return paragraph(say('consistency.not-run', { scenario }));
  return words(
    scenario,
    [say('head.invariant'), say('head.result'), say('head.violations'), say('head.evidence')],
    record.invariants.map((invariant) => [
      name('invariant', invariant.id),
      `${say(`invariant-outcome.${invariant.outcome}`)}${invariant.reason === null ? '' : ` (${name('why', invariant.reason)})`}`,
      format.count(invariant.violations),
      Object.entries(invariant.evidence)
        .map(([key, value]) => `${key}=${format.plain(value)}`)
        .join(', ') || '—',
    ]),
  );
}
