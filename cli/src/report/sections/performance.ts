import type { ReportedRun } from '../api-figures.ts';
import { type Block, charts, figures, list, paragraph, type Section } from '../block.ts';
import type { ChartGroup } from '../charts/chart.ts';
import { chartGroup, drillChartGroup } from '../charts/chart-group.ts';
import { columnHead } from '../column-head.ts';
import { diagnosis } from '../diagnosis.ts';
import { chartGroupId } from '../finding-anchor.ts';
import { iterationTime } from '../iteration-time.ts';
import { noFigures } from '../no-figures.ts';
import { allAnswers, outcomeTable } from '../outcome-table.ts';
import type { ReportColumn, SectionContext } from '../section-context.ts';
import { splitNotes, splitTable } from '../split-table.ts';

/**
 * 3. 성능 지표 요약 및 병목 분석: the eight rows of the reference report, the outcomes apart, the iteration taken to pieces,
 * the curves, and what they mean.
 */
export function performance(context: SectionContext): Section {
  const { runs, columns, say } = context;
  const tables =
    columns.length === 0
      ? [paragraph(say(noFigures(context)))]
      : [
          eightRows(context),
          ...notes(context),
          outcomeTable(context),
          ...allAnswers(context),
          splitTable(context),
          list(splitNotes(context)),
        ];
  const drawn = runs.flatMap((run) => {
    const group = groupOf(context, run);
    return group === null ? [] : [{ run, group }];
  });
  const groups = new Map<ReportedRun, string>(drawn.map(({ run, group }) => [run, group.id]));
  return {
    id: 'performance',
    heading: say('heading.performance'),
    blocks: [...tables, ...drawn.map(({ group }) => charts(group)), ...diagnosis(context, groups)],
  };
}

/** Of many drills each has the charts that it is read from. */
function groupOf(context: SectionContext, run: ReportedRun): ChartGroup | null {
  const { runs, runName } = context;
  if (run.record.drill === null || runs.length === 1) return chartGroup(context, run);
  return drillChartGroup(context, run, { id: chartGroupId(runs, run), title: runName(run.record) });
}

function eightRows(context: SectionContext): Block {
  const { columns, say, format } = context;
  const each = (cell: (column: ReportColumn) => string) => columns.map(cell);
  const iteration = ({ run }: ReportColumn) => iterationTime(run);
  const p95 = ({ api: { expected } }: ReportColumn) =>
    `${expected?.approximate === true ? '≈ ' : ''}${format.time(expected?.p95Ms ?? null)}`;
  return figures(null, columnHead(context), [
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

function notes(context: SectionContext): Block[] {
  const { runs, columns, say } = context;
  const lines = [say('performance.expected-only'), ...averageTps(context)];
  if (columns.some(({ api }) => api.expected?.approximate === true)) lines.push(say('performance.approximate'));
  if (columns.some(({ api }) => api.outcomes === null)) lines.push(say('performance.no-outcomes'));
  if (columns.some(({ api }) => api.outcomes !== null && api.outcomes.requests !== api.requests)) {
    lines.push(say('performance.outcomes-differ'));
  }
  if (runs.some((run) => columns.filter((column) => column.run === run).length > 1)) {
    lines.push(say('performance.shared-iteration'));
  }
  for (const model of new Set(runs.map(({ record }) => record.scenario?.model))) {
    if (model !== undefined) lines.push(say(`model-note.${model}`));
  }
  const processors = new Set(runs.filter(({ record }) => record.host.shared).map(({ record }) => record.host.cpuCount));
  for (const count of processors) lines.push(say('environment.shared', { count }));
  return [list(lines)];
}

/** By what k6 divides: the time until the last iteration ended, a little more than the load was planned for. */
function averageTps({ runs, columns, say, format, runName }: SectionContext): string[] {
  const lengths = runs.flatMap((run) => {
    const api = columns.find((column) => column.run === run)?.api;
    if (api === undefined || api.perSecond === null || api.requests === null || !(api.perSecond > 0)) return [];
    const seconds = format.span((api.requests / api.perSecond) * 1_000);
    return [runs.length > 1 ? `${runName(run.record)} ${seconds}` : seconds];
  });
  return lengths.length === 0 ? [] : [say('performance.average-tps', { lengths: lengths.join(' · ') })];
}
