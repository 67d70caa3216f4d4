import { quantile } from '../../stats/quantile.ts';
import type { ReportedRun } from '../api-figures.ts';
import type { SectionContext } from '../section-context.ts';
import { type ChartTopic, chartTopics } from './chart-topic.ts';
import { type DraftChart, type DraftLine, isAllZero } from './draft-chart.ts';
import { type ProbeKeys, probeCurves, probeKeys } from './probe-curve.ts';
import type { Curve, TimeAxis } from './time-axis.ts';

/** What one chart can tell apart; of more, those with the highest values. */
const mostLines = 8;

export interface TopicCharts {
  readonly charts: readonly DraftChart[];
  readonly notes: readonly string[];
}

/** A chart for each topic of which something was measured that was not 0 throughout; a sentence for the others. */
export function topicCharts(context: SectionContext, run: ReportedRun, axis: TimeAxis): TopicCharts {
  const { say } = context;
  const keys = probeKeys(run.series);
  const charts: DraftChart[] = [];
  const [missing, zero, cut]: [string[], string[], string[]] = [[], [], []];
  for (const topic of chartTopics) {
    const title = say(`chart.${topic.id}`);
    const lines = linesOf(context, run, axis, topic, keys);
    if (lines.length === 0 && topic.matters) missing.push(title);
    if (lines.length > 0 && topic.matters && lines.every(({ curve }) => isAllZero(curve))) zero.push(title);
    if (lines.every(({ curve }) => isAllZero(curve))) continue;
    if (lines.length > mostLines) cut.push(say('charts.cut', { title, shown: mostLines, all: lines.length }));
    charts.push({
      id: topic.id,
      title,
      unit: say(`chart-unit.${topic.unit}`),
      lines: highest(lines),
      thinned: topic.thinned,
    });
  }
  const notes = [
    ...(missing.length > 0 ? [say('charts.missing', { charts: missing.join(', ') })] : []),
    ...(zero.length > 0 ? [say('charts.zero', { charts: zero.join(', ') })] : []),
    ...cut,
  ];
  return { charts, notes };
}

function linesOf(
  { say }: SectionContext,
  { series }: ReportedRun,
  axis: TimeAxis,
  { metrics }: ChartTopic,
  keys: ReadonlyMap<string, readonly ProbeKeys[]>,
): DraftLine[] {
  return metrics.flatMap(({ name, by, scale, less, named }) =>
    probeCurves(series, axis, name, keys.get(name) ?? [], by).map(({ tags, curve }): DraftLine => {
      const words = named || tags.length === 0 ? [say(`chart-line.${name}`), ...tags] : tags;
      return {
        id: [name, ...tags].join(' '),
        label: words.join(' · '),
        role: 'plain',
        curve: scaled(curve, scale, less),
      };
    }),
  );
}

function scaled(curve: Curve, scale: number, less: number): Curve {
  if (scale === 1 && less === 0) return curve;
  return curve.map((value) => (value === null ? null : less === 0 ? value * scale : Math.max(0, value * scale - less)));
}

function highest(lines: readonly DraftLine[]): readonly DraftLine[] {
  if (lines.length <= mostLines) return lines;
  const top = ({ curve }: DraftLine) =>
    quantile(
      curve.filter((value) => value !== null),
      1,
    ) ?? 0;
  const kept = new Set([...lines].sort((a, b) => top(b) - top(a)).slice(0, mostLines));
  return lines.filter((line) => kept.has(line));
}
