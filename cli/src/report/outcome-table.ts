import type { ReportedRun } from './api-figures.ts';
import { type Block, figures } from './block.ts';
import { columnHead } from './column-head.ts';
import { droppedIterations } from './dropped-iterations.ts';
import type { OutcomeCount } from './outcome-count.ts';
import type { ReportColumn, SectionContext } from './section-context.ts';

/** Success, each kind of correct rejection, system errors and what was never sent, apart. */
export function outcomeTable(context: SectionContext): Block {
  const { columns, say } = context;
  const row = (key: string, pick: (count: OutcomeCount) => number) => [
    say(key),
    ...columns.map((column) => part(context, column, pick)),
  ];
  return figures(say('performance.outcomes'), columnHead(context), [
    row('outcome.success', ({ success }) => success),
    // One status alone would say the same again.
    ...statusRows(context, ({ successes }) => successes, 2),
    row('outcome.rejected', ({ rejected }) => rejected),
    ...statusRows(context, ({ rejections }) => rejections, 1),
    ...(columns.some(({ api }) => (api.outcomes?.bad ?? 0) > 0) ? [row('outcome.bad', ({ bad }) => bad)] : []),
    row('outcome.failed', ({ failed }) => failed),
    ...(columns.some(({ api }) => (api.outcomes?.refused ?? 0) > 0)
      ? [row('outcome.refused', ({ refused }) => refused)]
      : []),
    [say('outcome.dropped'), ...columns.map(({ run }) => dropped(run, context))],
  ]);
}

function part({ format }: SectionContext, { api }: ReportColumn, pick: (count: OutcomeCount) => number): string {
  if (api.outcomes === null) return '—';
  const count = pick(api.outcomes);
  const { requests } = api.outcomes;
  return requests === 0 ? format.count(count) : `${format.count(count)} (${format.share(count / requests)})`;
}

/** One row per status (201 made, 200 made before; 409 already issued, 410 sold out), where there are `atLeast` of them. */
function statusRows(
  context: SectionContext,
  pick: (count: OutcomeCount) => ReadonlyArray<{ readonly status: number; readonly count: number }>,
  atLeast: number,
): string[][] {
  const { columns, say, name } = context;
  const all = columns.flatMap(({ api }) =>
    (api.outcomes === null ? [] : pick(api.outcomes)).map(({ status }) => status),
  );
  const statuses = [...new Set(all)].sort((a, b) => a - b);
  if (statuses.length < atLeast) return [];
  return statuses.map((status) => [
    say('outcome.status', { status: name('status', String(status)) }),
    ...columns.map((column) =>
      part(context, column, (count) => pick(count).find((one) => one.status === status)?.count ?? 0),
    ),
  ]);
}

function dropped(run: ReportedRun, { say, format }: SectionContext): string {
  const count = droppedIterations(run);
  return count === 'cannot' ? say('outcome.dropped-closed') : format.count(count);
}

/** With errors among them the answers' times look different, so both stand side by side. */
export function allAnswers(context: SectionContext): Block[] {
  const { columns, say, format } = context;
  if (columns.every(({ api }) => (api.outcomes?.failed ?? 0) === 0)) return [];
  return [
    figures(say('performance.all-answers'), columnHead(context), [
      [say('row.average'), ...columns.map(({ api }) => format.time(api.all?.averageMs ?? null))],
      [say('row.p95'), ...columns.map(({ api }) => format.time(api.all?.p95Ms ?? null))],
      [say('row.max'), ...columns.map(({ api }) => format.time(api.all?.maxMs ?? null))],
    ]),
  ];
}
