import { hadNothingToCheck } from '../../record/invariant-scope.ts';
import type { RunRecord, ThresholdResult } from '../../record/run-record.ts';
import { list, type Section } from '../block.ts';
import { comparisonsOf } from '../comparison.ts';
import { drillConclusion } from '../drill/drill-conclusion.ts';
import { findingTitle, limitText } from '../finding-sentence.ts';
import { bottleneckOf, findingsOf } from '../run-finding.ts';
import type { SectionContext } from '../section-context.ts';

/** 결론: what held, what did not, what the data cannot say. */
export function conclusion(context: SectionContext): Section {
  const { runs, say } = context;
  const items = runs.flatMap(({ record }) => ofRun(context, record));
  return {
    id: 'conclusion',
    heading: say('heading.conclusion'),
    blocks: [list([...items, ...drillConclusion(context), limits(context)])],
  };
}

/** What the data cannot say, however the run ended. */
function limits({ runs, drills, say }: SectionContext): string {
  if (drills.length > 0) return say('conclusion.drilled');
  if (runs.length === 1) return say('conclusion.one-run');
  return say(comparisonsOf(runs).length > 0 ? 'conclusion.repeated-runs' : 'conclusion.several-runs');
}

function ofRun(context: SectionContext, record: RunRecord): string[] {
  const { say, runName } = context;
  const scenario = runName(record);
  if (record.drill !== null) return aboutData(context, scenario, record);
  if (record.judgement === null) return [say('conclusion.not-judged', { scenario })];
  const { verdict, thresholds } = record.judgement;
  return [
    ...(verdict.name === 'INVALID' ? [say('conclusion.invalid', { scenario })] : []),
    ...aboutThresholds(context, scenario, thresholds),
    ...aboutData(context, scenario, record),
    ...aboutLimit(context, scenario, record),
    ...notSaid(context, scenario, record),
  ];
}

function aboutLimit(context: SectionContext, scenario: string, record: RunRecord): string[] {
  const { say } = context;
  if (record.load === null) return [];
  const finding = bottleneckOf(record);
  const limit = finding === null ? say('diagnosis.no-bottleneck') : limitText(context, finding, record.load.startedAt);
  return [say('conclusion.limit', { scenario, limit })];
}

const mostNamed = 4;

/** What was looked at, and could not be told. */
function notSaid(context: SectionContext, scenario: string, record: RunRecord): string[] {
  const open = findingsOf(record, 'insufficient-data', 'error').map((finding) => findingTitle(context, finding));
  if (open.length === 0) return [];
  const values = { scenario, findings: open.slice(0, mostNamed).join(' · ') };
  if (open.length <= mostNamed) return [context.say('conclusion.not-said', values)];
  return [context.say('conclusion.not-said-many', { ...values, more: open.length - mostNamed })];
}

function aboutThresholds({ say }: SectionContext, scenario: string, results: readonly ThresholdResult[]): string[] {
  if (results.length === 0) return [say('conclusion.no-threshold', { scenario })];
  const of = (outcome: string) => results.filter((result) => result.outcome === outcome);
  const named = (list: readonly ThresholdResult[]) =>
    list.map(({ metric, expression }) => `${metric} ${expression}`).join(', ');
  const stopped = of('no-data').filter(({ reason }) => reason === 'stopped-early');
  const unshown = of('no-data').filter(({ reason }) => reason !== 'stopped-early');
  return [
    say('conclusion.held', { scenario, held: of('held').length, all: results.length }),
    ...(of('broken').length > 0 ? [say('conclusion.broken', { scenario, thresholds: named(of('broken')) })] : []),
    ...(unshown.length > 0 ? [say('conclusion.no-data', { scenario, thresholds: named(unshown) })] : []),
    ...(stopped.length > 0 ? [say('conclusion.stopped-early', { scenario, count: stopped.length })] : []),
  ];
}

/** What was not determined was not found to be right. */
function aboutData({ say, name }: SectionContext, scenario: string, { invariants, drain }: RunRecord): string[] {
  const of = (outcome: string) => invariants.filter((invariant) => invariant.outcome === outcome);
  const named = (outcome: string) =>
    of(outcome)
      .map(({ id }) => name('invariant', id))
      .join(', ');
  const lines = [];
  if (invariants.length === 0) lines.push(say('conclusion.not-verified', { scenario }));
  if (of('violated').length > 0)
    lines.push(say('conclusion.inconsistent', { scenario, invariants: named('violated') }));
  if (of('undetermined').length > 0) {
    lines.push(say('conclusion.undetermined', { scenario, invariants: named('undetermined') }));
  }
  const checked = of('held').filter((invariant) => !hadNothingToCheck(invariant)).length;
  if (checked > 0) lines.push(say('conclusion.consistent', { scenario, held: checked }));
  const empty = of('held').length - checked;
  if (empty > 0) lines.push(say('conclusion.nothing-to-check', { scenario, count: empty }));
  if (drain !== null && !drain.drained) lines.push(say('conclusion.not-drained', { scenario }));
  return lines;
}
