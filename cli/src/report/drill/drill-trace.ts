import { recoveryOf } from '../../record/drill.ts';
import { type Block, linkedWords, list } from '../block.ts';
import { failureKinds } from '../failure-measure.ts';
import type { SectionContext } from '../section-context.ts';
import { variantName } from './drill-text.ts';
import { lengthText, missedId, timeText } from './drill-time.ts';
import { worstVariant } from './drill-variant.ts';
import { brokenIn, type DrilledRun, trusted } from './drilled-run.ts';

/** Where the measured cells of section 4 are from: of each kind of failure the drill that stands there, to its record. */
export function failureTrace(context: SectionContext): Block[] {
  const { say } = context;
  const rows = failureKinds.flatMap(({ id }) => {
    const worst = worstVariant(context.drills, id)?.worst;
    return worst === undefined
      ? []
      : [rowOf(context, [say(`failure.${id}`), variantName(context, worst.drill)], worst)];
  });
  if (rows.length === 0) return [];
  return [
    linkedWords(say('trace.failures'), [say('head.failure'), ...heads(context)], rows),
    list([say('trace.how'), say('trace.pointer')]),
  ];
}

/** The same of every drill. */
export function drillTrace(context: SectionContext): Block[] {
  const { say } = context;
  const rows = brokenIn(context.drills).map((one) => rowOf(context, [nameWithRepeat(context, one)], one));
  if (rows.length === 0) return [];
  return [linkedWords(null, heads(context), rows), list([say('trace.how'), say('trace.pointer')])];
}

function heads({ say }: SectionContext): string[] {
  return [
    say('head.drill'),
    say('drill-moment.impactAt'),
    say('drill-moment.detectedAt'),
    say('trace.ttd'),
    say('trace.recovered'),
    say('trace.ttr'),
    say('trace.place'),
    say('head.record'),
  ];
}

function rowOf(context: SectionContext, first: readonly string[], one: DrilledRun) {
  const { run } = one;
  const cells = [...first, ...momentCells(context, one), `/runs/${one.index}`, run.record.id];
  return { cells, document: run.document ?? null };
}

function momentCells(context: SectionContext, one: DrilledRun): string[] {
  const { say, format } = context;
  const assessment = trusted(one);
  if (assessment === null) return Array.from({ length: 5 }, () => say('drill.untrusted'));
  const { moments, ttdMs } = assessment;
  if (moments.impactAt === null) return Array.from({ length: 5 }, () => say('drill.no-impact'));
  const { timeZone } = one.run.record;
  const clock = (at: number | null, missing: string) => (at === null ? say(missing) : format.clockMs(at, timeZone));
  const length = (ms: number | null, missing: string) => (ms === null ? say(missing) : lengthText(context, ms));
  return [
    clock(moments.impactAt, 'drill.no-impact'),
    clock(moments.detectedAt, missedId(assessment)),
    length(ttdMs, missedId(assessment)),
    clock(recoveryOf(assessment).at, 'drill.not-recovered'),
    timeText(context, [one], 'ttrMs'),
  ];
}

function nameWithRepeat(context: SectionContext, { drill }: DrilledRun): string {
  const name = variantName(context, drill);
  const { number, of } = drill.repeat;
  return of > 1 ? `${name} ${context.say('drill.repeat', { number, of })}` : name;
}
