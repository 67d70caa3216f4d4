import { type Block, figures, list, paragraph, type Section } from '../block.ts';
import {
  type ComparedFigure,
  type Comparison,
  comparedFigures,
  comparisonsOf,
  type Range,
  rangeOf,
  separation,
  type Variant,
} from '../comparison.ts';
import type { SectionContext } from '../section-context.ts';

/** 비교: the repeats of each variant side by side. Null when no scenario was run more than once under the same conditions. */
export function comparison(context: Pick<SectionContext, 'runs' | 'say' | 'format' | 'name'>): Section | null {
  const comparisons = comparisonsOf(context.runs);
  if (comparisons.length === 0) return null;
  const blocks = comparisons.flatMap((one) => comparisonBlocks(context, one));
  return { id: 'comparison', heading: context.say('heading.comparison'), blocks };
}

type Words = Pick<SectionContext, 'say' | 'format' | 'name'>;

function comparisonBlocks(context: Words, one: Comparison): Block[] {
  const { say } = context;
  const { variants, settings, scenario } = one;
  const isOfVariants = variants.length > 1;
  const head = [
    say('head.figure'),
    ...variants.map(({ name, runs }) => say('comparison.column', { variant: name, repeats: runs.length })),
    ...(isOfVariants ? [say('head.difference')] : []),
  ];
  const rows = comparedFigures(one).map((figure) => {
    const ranges = variants.map((variant) => rangeOf(variant.runs.map(figure.of)));
    return [
      figureName(context, figure),
      ...ranges.map((range) => rangeText(context, figure, range)),
      ...(isOfVariants ? [differences(context, figure, variants, ranges)] : []),
    ];
  });
  const verdicts = [
    say('row.verdict'),
    ...variants.map((variant) => verdictsOf(context, variant)),
    ...(isOfVariants ? ['—'] : []),
  ];
  const what = isOfVariants
    ? say('comparison.what', { scenario, settings: settings.join(', ') })
    : say('comparison.repeats', { scenario });
  return [
    paragraph(what),
    figures(null, head, [verdicts, ...rows]),
    list([say('comparison.range'), ...(isOfVariants ? [say('comparison.chance')] : [])]),
  ];
}

const figureSentences = { tps: 'comparison.tps', p95: 'comparison.p95', failed: 'comparison.failed' } as const;

function figureName({ say, name }: Words, { id, subject }: ComparedFigure): string {
  if (id === 'violations') return name('invariant', subject);
  return say(figureSentences[id], { api: subject });
}

function rangeText(words: Words, figure: ComparedFigure, range: Range | null): string {
  if (range === null) return '—';
  const [min, max] = [valueText(words, figure, range.min), valueText(words, figure, range.max)];
  return min === max ? min : `${min} – ${max}`;
}

function valueText({ format }: Words, { id }: ComparedFigure, value: number): string {
  if (id === 'tps') return format.rate(value);
  return id === 'p95' ? format.time(value) : format.count(value);
}

/** Of each later variant against the first. No winner where the ranges overlap, or where the figures shown are the same. */
function differences(
  words: Words,
  figure: ComparedFigure,
  variants: readonly Variant[],
  ranges: ReadonlyArray<Range | null>,
): string {
  const { say, format } = words;
  const [first, ...others] = ranges;
  return others
    .map((range, index) => {
      const variant = variants.length > 2 ? `${variants[index + 1]?.name ?? ''}: ` : '';
      if (first == null || range === null) return `${variant}${say('comparison.unknown')}`;
      const { apart, chance } = separation(first, range);
      const [low, high] = first.max < range.min ? [first.max, range.min] : [range.max, first.min];
      const isSeen = apart && valueText(words, figure, low) !== valueText(words, figure, high);
      return `${variant}${isSeen ? say('comparison.apart', { chance: format.share(chance) }) : say('comparison.overlap')}`;
    })
    .join(' · ');
}

function verdictsOf({ name }: Words, { runs }: Variant): string {
  const names = runs.map(({ record }) => name('verdict', record.judgement?.verdict.name ?? 'not-judged'));
  const [first] = names;
  return names.every((name) => name === first) && first !== undefined ? first : names.join(', ');
}
