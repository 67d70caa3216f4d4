import type { SectionContext } from './section-context.ts';

const mostNames = 2;

/** A cell about all runs: one text where it is the same in each, else each text with its runs. */
export function perRun({ runs, say, runName }: SectionContext, texts: readonly string[]): string {
  const groups = new Map<string, string[]>();
  for (const [index, { record }] of runs.entries()) {
    const text = texts[index] ?? '';
    groups.set(text, [...(groups.get(text) ?? []), runName(record)]);
  }
  if (groups.size < 2) return texts[0] ?? '';
  return [...groups].map(([text, names]) => `${runList({ say }, names)}: ${text}`).join(' / ');
}

/** `coupon, order`; of many only how many. */
export function runList({ say }: Pick<SectionContext, 'say'>, names: readonly string[]): string {
  const distinct = [...new Set(names)];
  return distinct.length > mostNames ? say('insights.in-runs', { count: distinct.length }) : distinct.join(', ');
}

/** `coupon: ` before what was found in some of several runs; nothing where the report has only one, or all have it. */
export function runPrefix(context: Pick<SectionContext, 'runs' | 'say'>, names: readonly string[]): string {
  const distinct = new Set(names);
  const isOfAll = context.runs.length < 2 || distinct.size === 0 || distinct.size === context.runs.length;
  return isOfAll ? '' : `${runList(context, names)}: `;
}
