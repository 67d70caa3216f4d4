import { type Block, figures, list, paragraph, type Section } from '../block.ts';
import { type Comparison, comparedFigures, comparisonsOf, rangeOf, type Variant } from '../comparison.ts';
import { type ComparisonSpeech, differences, figureName, rangeText } from '../comparison-text.ts';
import type { SectionContext } from '../section-context.ts';

/** 비교: the repeats of each variant side by side. Null when no scenario was run more than once under the same conditions. */
export function comparison(context: Pick<SectionContext, 'runs' | 'say' | 'format' | 'name'>): Section | null {
  const comparisons = comparisonsOf(context.runs);
  if (comparisons.length === 0) return null;
  const blocks = comparisons.flatMap((one) => comparisonBlocks(context, one));
  return { id: 'comparison', heading: context.say('heading.comparison'), blocks };
}

function comparisonBlocks(context: ComparisonSpeech, one: Comparison): Block[] {
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

function verdictsOf({ name }: ComparisonSpeech, { runs }: Variant): string {
  const names = runs.map(({ record }) => name('verdict', record.judgement?.verdict.name ?? 'not-judged'));
  const [first] = names;
  return names.every((name) => name === first) && first !== undefined ? first : names.join(', ');
}
