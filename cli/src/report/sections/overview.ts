import type { Verdict } from '../../record/run-record.ts';
import { type Block, figures, list, paragraph, type Section } from '../block.ts';
import { reasonText } from '../reason-text.ts';
import type { SectionContext } from '../section-context.ts';

/** 한눈에 보기: did it pass, why, five figures. */
export function overview(context: SectionContext): Section {
  const { runs, say } = context;
  const blocks: Block[] = runs.flatMap(({ record }) => {
    const verdict = record.judgement?.verdict;
    if (verdict === undefined) return [paragraph(say('overview.not-judged', { run: record.id }))];
    return [
      paragraph(verdictSentence(context, record.scenario?.name ?? record.id, verdict)),
      ...reasons(context, verdict),
    ];
  });
  return { id: 'overview', heading: say('heading.overview'), blocks: [...blocks, ...fiveFigures(context)] };
}

function verdictSentence({ say }: SectionContext, scenario: string, { name, exitCode }: Verdict): string {
  return say('overview.verdict', {
    scenario,
    verdict: say(`verdict.${name}`),
    meaning: say(`meaning.${name}`),
    exitCode,
  });
}

function reasons(context: SectionContext, { reasons: all }: Verdict): Block[] {
  return all.length === 0 ? [] : [list(all.map((reason) => reasonText(context, reason)))];
}

function fiveFigures({ columns, say, format }: SectionContext): Block[] {
  if (columns.length === 0) return [paragraph(say('figures.none'))];
  return [
    figures(
      null,
      ['', ...columns.map(({ heading }) => heading)],
      [
        [say('row.requests'), ...columns.map(({ api }) => format.count(api.requests))],
        [say('row.tps'), ...columns.map(({ api }) => format.rate(api.perSecond))],
        [say('row.p95'), ...columns.map(({ api }) => format.time(api.expected?.p95Ms ?? null))],
        [say('row.failure-rate'), ...columns.map(({ api }) => failureRate(api, format))],
        [say('row.violations'), ...columns.map(({ run }) => violations(run.record.invariants, say))],
      ],
    ),
  ];
}

export function failureRate(api: { requests: number; failed: number }, format: SectionContext['format']): string {
  return format.share(api.requests === 0 ? null : api.failed / api.requests);
}

function violations(invariants: ReadonlyArray<{ outcome: string }>, say: SectionContext['say']): string {
  if (invariants.length === 0) return say('not-run');
  const count = (outcome: string) => invariants.filter((invariant) => invariant.outcome === outcome).length;
  return say('overview.invariants', {
    held: count('held'),
    violated: count('violated'),
    undetermined: count('undetermined'),
  });
}
