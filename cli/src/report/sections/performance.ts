import type { RunRecord } from '../../record/run-record.ts';
import { type Block, figures, list, paragraph, type Section } from '../block.ts';
import { droppedIterations } from '../dropped-iterations.ts';
import { type IterationSplit, iterationSplit } from '../iteration-split.ts';
import { iterationTime } from '../iteration-time.ts';
import { noFigures } from '../no-figures.ts';
import type { OutcomeCount } from '../outcome-count.ts';
import type { ReportColumn, SectionContext } from '../section-context.ts';

/** 3. 성능 지표 요약: the eight rows of the reference report, the outcomes apart, the iteration taken to pieces. */
export function performance(context: SectionContext): Section {
  const { columns, say } = context;
  const blocks =
    columns.length === 0
      ? [paragraph(say(noFigures(context)))]
      : [
          eightRows(context),
          ...notes(context),
          outcomes(context),
          ...allAnswers(context),
          split(context),
          list(splitNotes(context)),
        ];
  return { id: 'performance', heading: say('heading.performance'), blocks };
}

function head({ columns, say }: SectionContext): string[] {
  return [say('head.figure'), ...columns.map(({ heading }) => heading)];
}

function eightRows(context: SectionContext): Block {
  const { columns, say, format } = context;
  const each = (cell: (column: ReportColumn) => string) => columns.map(cell);
  const iteration = ({ run }: ReportColumn) => iterationTime(run);
  const p95 = ({ api: { expected } }: ReportColumn) =>
    `${expected?.approximate === true ? '≈ ' : ''}${format.time(expected?.p95Ms ?? null)}`;
  return figures(null, head(context), [
    [say('row.requests'), ...each(({ api }) => format.count(api.requests))],
    [say('row.average'), ...each(({ api }) => format.time(api.expected?.averageMs ?? null))],
    [say('row.p95'), ...each(p95)],
    [say('row.failure-rate'), ...each(({ api }) => format.share(api.failureRate))],
    [
      say('row.iteration-p95'),
      ...each((column) => {
        const { p95Ms, approximate } = iteration(column);
        return `${approximate ? '≈ ' : ''}${format.time(p95Ms)}`;
      }),
    ],
    [say('row.max'), ...each(({ api }) => format.time(api.expected?.maxMs ?? null))],
    [say('row.iteration-max'), ...each((column) => format.time(iteration(column).maxMs))],
    [say('row.tps'), ...each(({ api }) => format.rate(api.perSecond))],
  ]);
}

function notes({ runs, columns, say }: SectionContext): Block[] {
  const lines = [say('performance.expected-only')];
  if (columns.some(({ api }) => api.expected?.approximate === true)) lines.push(say('performance.approximate'));
  if (columns.some(({ api }) => api.outcomes === null)) lines.push(say('performance.no-outcomes'));
  if (columns.some(({ api }) => api.outcomes !== null && api.outcomes.requests !== api.requests)) {
    lines.push(say('performance.outcomes-differ'));
  }
  if (runs.some((run) => columns.filter((column) => column.run === run).length > 1)) {
    lines.push(say('performance.shared-iteration'));
  }
  const processors = new Set(runs.filter(({ record }) => record.host.shared).map(({ record }) => record.host.cpuCount));
  for (const count of processors) lines.push(say('environment.shared', { count }));
  return [list(lines)];
}

function outcomes(context: SectionContext): Block {
  const { columns, say } = context;
  const row = (key: string, pick: (count: OutcomeCount) => number) => [
    say(key),
    ...columns.map((column) => part(context, column, pick)),
  ];
  return figures(say('performance.outcomes'), head(context), [
    row('outcome.success', ({ success }) => success),
    row('outcome.rejected', ({ rejected }) => rejected),
    ...rejectionRows(context),
    row('outcome.failed', ({ failed }) => failed),
    ...(columns.some(({ api }) => (api.outcomes?.refused ?? 0) > 0)
      ? [row('outcome.refused', ({ refused }) => refused)]
      : []),
    [say('outcome.dropped'), ...columns.map(({ run }) => dropped(run.record, context))],
  ]);
}

function part({ format }: SectionContext, { api }: ReportColumn, pick: (count: OutcomeCount) => number): string {
  if (api.outcomes === null) return '—';
  const count = pick(api.outcomes);
  const { requests } = api.outcomes;
  return requests === 0 ? format.count(count) : `${format.count(count)} (${format.share(count / requests)})`;
}

/** One row per status: 409 already issued, 410 sold out. */
function rejectionRows(context: SectionContext): string[][] {
  const { columns, say, name } = context;
  const statuses = columns.flatMap(({ api }) => (api.outcomes?.rejections ?? []).map(({ status }) => status));
  return [...new Set(statuses)]
    .sort((a, b) => a - b)
    .map((status) => [
      say('outcome.rejected-status', { status: name('status', String(status)) }),
      ...columns.map((column) =>
        part(context, column, ({ rejections }) => rejections.find((one) => one.status === status)?.count ?? 0),
      ),
    ]);
}

function dropped(record: RunRecord, { say, format }: SectionContext): string {
  const count = droppedIterations(record);
  return count === 'cannot' ? say('outcome.dropped-closed') : format.count(count);
}

/** With errors among them the answers' times look different, so both stand side by side. */
function allAnswers(context: SectionContext): Block[] {
  const { columns, say, format } = context;
  if (columns.every(({ api }) => (api.outcomes?.failed ?? 0) === 0)) return [];
  return [
    figures(say('performance.all-answers'), head(context), [
      [say('row.average'), ...columns.map(({ api }) => format.time(api.all?.averageMs ?? null))],
      [say('row.p95'), ...columns.map(({ api }) => format.time(api.all?.p95Ms ?? null))],
      [say('row.max'), ...columns.map(({ api }) => format.time(api.all?.maxMs ?? null))],
    ]),
  ];
}

function split(context: SectionContext): Block {
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
  return figures(say('performance.split'), head(context), [
    row('split.http', ({ http }) => http),
    row('split.think', ({ think }) => think),
    row('split.rest', ({ think, rest }) => (think === null ? null : rest)),
    ...(isUndivided ? [row('split.think-and-rest', ({ think, rest }) => (think === null ? rest : null))] : []),
  ]);
}

/** A sentence for each run: its iterations are shared by all its columns. */
function splitNotes({ runs, columns, say, format, runName }: SectionContext): string[] {
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
