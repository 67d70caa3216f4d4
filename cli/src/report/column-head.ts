import type { SectionContext } from './section-context.ts';

/** The head of a table with one column per API. */
export function columnHead({ columns, say }: SectionContext): string[] {
  return [say('head.figure'), ...columns.map(({ heading }) => heading)];
}
