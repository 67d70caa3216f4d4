import { type ComparedFigure, type Comparison, comparedFigures, comparisonsOf, rangeOf } from './comparison.ts';
import { differences, figureName, rangeText } from './comparison-text.ts';
import type { SectionContext } from './section-context.ts';
import type { Strategy } from './strategy.ts';

/**
 * What a strategy changed, where the report holds runs of one scenario that differ in one of its settings and in nothing
 * else: the ranges of throughput, p95 and violations. Null: not run.
 */
export function effectOf(context: SectionContext, { settings }: Strategy): string | null {
  const texts = comparisonsOf(context.runs)
    .filter((one) => one.settings.length === 1 && settings.includes(one.settings[0] ?? ''))
    .flatMap((one) => comparedFigures(one).flatMap((figure) => figureText(context, one, figure)));
  return texts.length === 0 ? null : texts.join(' / ');
}

function figureText(context: SectionContext, { variants }: Comparison, figure: ComparedFigure): string[] {
  const ranges = variants.map(({ runs }) => rangeOf(runs.map(figure.of)));
  if (ranges.every((range) => range === null || (figure.id === 'failed' && range.max === 0))) return [];
  const sides = variants.map(({ name }, index) => `${name} ${rangeText(context, figure, ranges[index] ?? null)}`);
  return [`${figureName(context, figure)}: ${sides.join(', ')} – ${differences(context, figure, variants, ranges)}`];
}
