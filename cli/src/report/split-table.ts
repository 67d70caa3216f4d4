import { type Block, figures } from './block.ts';
import { columnHead } from './column-head.ts';
import { type IterationSplit, iterationSplit } from './iteration-split.ts';
import type { SectionContext } from './section-context.ts';

/** Where the time of an iteration went. */
export function splitTable(context: SectionContext): Block {
  const { columns, say, format } = context;
  const splits = columns.map(({ run }) => iterationSplit(run));
  const row = (key: string, pick: (one: IterationSplit) => number | null) => [
    say(key),
    ...splits.map((one) => {
      const value = typeof one === 'string' ? null : pick(one);
      return value === null ? say('not-available') : format.share(value);
    }),
  ];
  const isUndivided = splits.some((one) => typeof one !== 'string' && one.think === null);
  return figures(say('performance.split'), columnHead(context), [
    row('split.http', ({ http }) => http),
    row('split.think', ({ think }) => think),
    row('split.rest', ({ think, rest }) => (think === null ? null : rest)),
    ...(isUndivided ? [row('split.think-and-rest', ({ think, rest }) => (think === null ? rest : null))] : []),
  ]);
}

/** A sentence for each run: its iterations are shared by all its columns. */
export function splitNotes({ runs, columns, say, format, runName }: SectionContext): string[] {
  return runs.flatMap((run) => {
    const own = columns.filter((column) => column.run === run);
    const [first] = own;
    if (first === undefined) return [];
    const api = own.length > 1 ? runName(run.record) : first.heading;
    const one = iterationSplit(run);
    if (typeof one === 'string') return [say(`split-note.${one}`, { api })];
    if (one.think === null) return [say('split-note.no-think', { api })];
    const shares = { api, think: format.share(one.think), http: format.share(one.http) };
    return one.think > 0.5 && run.record.scenario?.model === 'closed'
      ? [say('split-note.think-decides', shares)]
      : [say('split-note.plain', shares)];
  });
}
