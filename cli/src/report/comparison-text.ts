import { type ComparedFigure, type Range, separation, type Variant } from './comparison.ts';
import type { SectionContext } from './section-context.ts';

export type ComparisonSpeech = Pick<SectionContext, 'say' | 'format' | 'name'>;

const figureSentences = { tps: 'comparison.tps', p95: 'comparison.p95', failed: 'comparison.failed' } as const;

export function figureName({ say, name }: ComparisonSpeech, { id, subject }: ComparedFigure): string {
  if (id === 'violations') return name('invariant', subject);
  return say(figureSentences[id], { api: subject });
}

export function rangeText(speech: ComparisonSpeech, figure: ComparedFigure, range: Range | null): string {
  if (range === null) return '—';
  const [min, max] = [valueText(speech, figure, range.min), valueText(speech, figure, range.max)];
  return min === max ? min : `${min} – ${max}`;
}

function valueText({ format }: ComparisonSpeech, { id }: ComparedFigure, value: number): string {
  if (id === 'tps') return format.rate(value);
  return id === 'p95' ? format.time(value) : format.count(value);
}

/** Of each later variant against the first. No winner where the ranges overlap, or where the figures shown are the same. */
export function differences(
  speech: ComparisonSpeech,
  figure: ComparedFigure,
  variants: readonly Variant[],
  ranges: ReadonlyArray<Range | null>,
): string {
  const { say, format } = speech;
  const [first, ...others] = ranges;
  return others
    .map((range, index) => {
      const variant = variants.length > 2 ? `${variants[index + 1]?.name ?? ''}: ` : '';
      if (first == null || range === null) return `${variant}${say('comparison.unknown')}`;
      const { apart, chance } = separation(first, range);
      const [low, high] = first.max < range.min ? [first.max, range.min] : [range.max, first.min];
      const isSeen = apart && valueText(speech, figure, low) !== valueText(speech, figure, high);
      return `${variant}${isSeen ? say('comparison.apart', { chance: format.share(chance) }) : say('comparison.overlap')}`;
    })
    .join(' · ');
}
