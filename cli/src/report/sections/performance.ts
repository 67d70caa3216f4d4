import type { RunRecord } from '../../record/run-record.ts';
import { summaryOf } from '../api-figures.ts';
import { type Block, figures, list, paragraph, type Section } from '../block.ts';
import { iterationSplit } from '../iteration-split.ts';
import type { ReportColumn, SectionContext } from '../section-context.ts';
import { failureRate } from './overview.ts';

/** 3. 성능 지표 요약: the eight rows of the reference report, the outcomes apart, the iteration taken to pieces. */
export function performance(context: SectionContext): Section {
  const { columns, say } = context;
  const blocks =
    columns.length === 0
      ? [paragraph(say('figures.none'))]
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
  const iteration = ({ run }: ReportColumn) => summaryOf(run.record, 'iteration_duration');
  const about = (column: ReportColumn, text: string) =>
    column.api.expected?.approximate === true ? `≈ ${text}` : text;
  return figures(null, head(context), [
    [say('row.requests'), ...each(({ api }) => format.count(api.requests))],
    [say('row.average'), ...each((c) => about(c, format.time(c.api.expected?.averageMs ?? null)))],
    [say('row.p95'), ...each((c) => about(c, format.time(c.api.expected?.p95Ms ?? null)))],
    [say('row.failure-rate'), ...each(({ api }) => failureRate(api, format))],
    [say('row.iteration-p95'), ...each((c) => format.time(iteration(c)?.['p(95)'] ?? null))],
    [say('row.max'), ...each(({ api }) => format.time(api.expected?.maxMs ?? null))],
    [say('row.iteration-max'), ...each((c) => format.time(iteration(c)?.max ?? null))],
    [say('row.tps'), ...each(({ api }) => format.rate(api.perSecond))],
  ]);
}

function notes({ columns, say }: SectionContext): Block[] {
  const lines = [say('performance.expected-only')];
  if (columns.some(({ api }) => api.expected?.approximate === true)) lines.push(say('performance.approximate'));
  const [first] = columns;
  if (first?.run.record.host.shared === true)
    lines.push(say('environment.shared', { count: first.run.record.host.cpuCount }));
  return [list(lines)];
}

function outcomes(context: SectionContext): Block {
  const { columns, say, format } = context;
  const part = (count: number, all: number) =>
    `${format.count(count)} (${format.share(all === 0 ? null : count / all)})`;
  return figures(say('performance.outcomes'), head(context), [
    [say('outcome.success'), ...columns.map(({ api }) => part(api.success, api.requests))],
    [say('outcome.rejected'), ...columns.map(({ api }) => part(api.rejected, api.requests))],
    ...rejectionRows(context, part),
    [say('outcome.failed'), ...columns.map(({ api }) => part(api.failed, api.requests))],
    [say('outcome.dropped'), ...columns.map(({ run }) => dropped(run.record, context))],
  ]);
}

/** One row per status: 409 already issued, 410 sold out. */
function rejectionRows(
  { columns, say, name }: SectionContext,
  part: (count: number, all: number) => string,
): string[][] {
  const statuses = [...new Set(columns.flatMap(({ api }) => api.rejections.map(({ status }) => status)))];
  return statuses
    .sort((a, b) => a - b)
    .map((status) => [
      say('outcome.rejected-status', { status: name('status', String(status)) }),
      ...columns.map(({ api }) => part(api.rejections.find((one) => one.status === status)?.count ?? 0, api.requests)),
    ]);
}

/** A closed model cannot drop: it waits instead. */
function dropped(record: RunRecord, { say, format }: SectionContext): string {
  if (record.scenario?.model === 'closed') return say('outcome.dropped-closed');
  if (record.load?.summary === null || record.load === null) return '—';
  return format.count(summaryOf(record, 'dropped_iterations')?.count ?? 0);
}

/** With errors among them the answers' times look different, so both stand side by side. */
function allAnswers(context: SectionContext): Block[] {
  const { columns, say, format } = context;
  if (columns.every(({ api }) => api.failed === 0)) return [];
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
  const splits = columns.map(({ run }) => iterationSplit(run.record));
  const share = (pick: 'http' | 'think' | 'rest') =>
    splits.map((one) => (typeof one === 'string' ? '—' : format.share(one[pick])));
  return figures(say('performance.split'), head(context), [
    [say('split.http'), ...share('http')],
    [say('split.think'), ...share('think')],
    [say('split.rest'), ...share('rest')],
  ]);
}

function splitNotes({ columns, say, format }: SectionContext): string[] {
  return columns.map(({ heading, run }) => {
    const one = iterationSplit(run.record);
    if (typeof one === 'string') return say(`split-note.${one}`, { api: heading });
    if (one.think === null) return say('split-note.no-think', { api: heading });
    const shares = { api: heading, think: format.share(one.think), http: format.share(one.http) };
    return one.think > 0.5 && run.record.scenario?.model === 'closed'
      ? say('split-note.think-decides', shares)
      : say('split-note.plain', shares);
  });
}
