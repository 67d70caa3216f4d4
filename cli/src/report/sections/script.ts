import { type Histogram, histogramMean, histogramQuantile, mergeHistograms } from '../../stats/histogram.ts';
import type { ReportedRun } from '../api-figures.ts';
import { type Block, figures, paragraph, type Section, words } from '../block.ts';
import { type ScriptCheck, scriptChecks } from '../script-check.ts';
import { inOrder, type ScriptMetric, scriptMetrics } from '../script-metric.ts';
import type { SectionContext } from '../section-context.ts';
import { trendTotals } from '../series-total.ts';

/** A table longer than this helps nobody; what is left out is said. */
const mostRows = 50;

/** 스크립트가 측정한 값: metrics, groups and checks of scripts that are not ours. Null when there is none among the runs. */
export function script(context: SectionContext): Section | null {
  const { say, runName } = context;
  const foreign = context.runs.filter(({ record }) => record.scenario?.foreign === true && record.load !== null);
  if (foreign.length === 0) return null;
  const blocks = foreign.flatMap((run) => {
    const title = foreign.length > 1 ? [paragraph(runName(run.record))] : [];
    return [...title, ...metrics(context, run), ...groups(context, run), ...checks(context, run)];
  });
  return { id: 'script', heading: say('heading.script'), blocks };
}

function metrics(context: SectionContext, run: ReportedRun): Block[] {
  const { say } = context;
  const all = scriptMetrics(run);
  if (all.length === 0) return [paragraph(say('script.no-metrics'))];
  const shown = all.slice(0, mostRows);
  return [
    words(
      say('script.metrics'),
      [say('head.metric'), say('head.kind'), say('head.value')],
      shown.map((metric) => [metric.name, say(`kind.${metric.kind}`), figuresText(metric, context)]),
    ),
    ...leftOut(context, all.length - shown.length),
    ...(shown.some(({ approximate }) => approximate) ? [paragraph(say('performance.approximate'))] : []),
  ];
}

function figuresText({ kind, unit, figures: values, approximate }: ScriptMetric, context: SectionContext): string {
  const { say, format } = context;
  const one = (value: number): string => {
    if (unit === 'ms') return format.time(value);
    return unit === 'By' ? `${format.plain(value)} B` : format.plain(value);
  };
  const { count = 0, rate, passes = 0, fails = 0, value = 0, min = 0, max = 0 } = values;
  switch (kind) {
    case 'trend': {
      const { count: _, ...own } = values;
      const spoken = inOrder(own).map(([name, figure]) => {
        const about = approximate && name.startsWith('p(') ? '≈ ' : '';
        return `${context.name('figure', name)} ${about}${one(figure)}`;
      });
      return [...spoken, say('figure.samples', { count: format.count(count) })].join(' · ');
    }
    case 'rate':
      return `${format.share(rate ?? null)} (${format.plain(passes)} / ${format.plain(passes + fails)})`;
    case 'counter':
      return `${one(count)}${rate === undefined ? '' : ` (${one(rate)}/s)`}`;
    case 'gauge':
      return `${one(value)} (${say('figure.min')} ${one(min)} · ${say('figure.max')} ${one(max)})`;
  }
}

/** k6 gives a group a time of its own; its summary does not tell the groups apart, the series does. */
function groups(context: SectionContext, { series }: ReportedRun): Block[] {
  const { say, format } = context;
  const byGroup = new Map<string, Histogram[]>();
  for (const { name, tags, value } of trendTotals(series)) {
    if (name !== 'group_duration' || tags.group === undefined) continue;
    byGroup.set(tags.group, [...(byGroup.get(tags.group) ?? []), value]);
  }
  if (byGroup.size === 0) return [];
  const rows = [...byGroup]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, parts]) => {
      const merged = mergeHistograms(parts);
      return [
        groupName(group),
        format.count(merged.count),
        format.time(histogramMean(merged)),
        `≈ ${format.time(histogramQuantile(merged, 0.95))}`,
        format.time(merged.max),
      ];
    });
  return [
    figures(
      say('script.groups'),
      [say('head.group'), say('head.samples'), say('head.average'), 'p95', say('head.most')],
      rows.slice(0, mostRows),
    ),
    ...leftOut(context, rows.length - mostRows),
  ];
}

function checks(context: SectionContext, run: ReportedRun): Block[] {
  const { say, format } = context;
  const all = scriptChecks(run);
  if (all.length === 0) return [];
  // Where not all fit, those that failed are what a reader looks for.
  const shown = all.length <= mostRows ? all : [...all].sort((a, b) => b.fails - a.fails).slice(0, mostRows);
  return [
    {
      kind: 'table',
      title: say('script.checks'),
      table: {
        head: [say('head.check'), say('head.group'), say('head.passed'), say('head.failed'), say('head.passed-share')],
        align: ['left', 'left', 'right', 'right', 'right'],
        rows: shown.map((check) => [
          check.name,
          groupName(check.group),
          format.plain(check.passes),
          format.plain(check.fails),
          format.share(shareOf(check)),
        ]),
      },
    },
    ...leftOut(context, all.length - shown.length),
  ];
}

function shareOf({ passes, fails }: ScriptCheck): number | null {
  return passes + fails === 0 ? null : passes / (passes + fails);
}

/** `::cart::pay` → `cart › pay` */
function groupName(path: string): string {
  return (
    path
      .split('::')
      .filter((part) => part !== '')
      .join(' › ') || '—'
  );
}

function leftOut({ say, format }: SectionContext, count: number): Block[] {
  return count > 0 ? [paragraph(say('script.more', { count: format.plain(count) }))] : [];
}
