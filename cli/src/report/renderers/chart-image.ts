import type { ReportView } from '../block.ts';
import type { ChartGroup, DistributionChart, TimeChart } from '../charts/chart.ts';

export type DrawnChart = TimeChart | DistributionChart;

export interface ChartImage {
  /** `charts/<group>-<chart>.png`, from the folder of the report. */
  readonly path: string;
  readonly group: ChartGroup;
  readonly chart: DrawnChart;
}

/** A folder of images that nobody looks through; the page has every chart. */
const mostImages = 60;

/** The charts of a report that are drawn as images, in its order. A chart without a single value is none of them. */
export function chartImages(view: ReportView): ChartImage[] {
  const taken = new Set<string>();
  const groups = view.sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === 'charts' ? [block.group] : [])),
  );
  return groups
    .flatMap((group) =>
      chartsOf(group)
        .filter(hasValues)
        .map((chart) => ({ group, chart, path: pathOf(group, chart, taken) })),
    )
    .slice(0, mostImages);
}

export function chartsOf({ charts, distributions }: ChartGroup): DrawnChart[] {
  return [...charts, ...distributions];
}

export function isDistribution(chart: DrawnChart): chart is DistributionChart {
  return 'buckets' in chart;
}

function hasValues(chart: DrawnChart): boolean {
  if (isDistribution(chart)) return chart.buckets.some(({ count }) => count > 0);
  return chart.lines.some(({ values }) => values.some((value) => value !== null && Number.isFinite(value)));
}

/** A record may come from anywhere: its words stay one part of a path. */
function pathOf(group: ChartGroup, chart: DrawnChart, taken: Set<string>): string {
  const name = `${group.id}-${chart.id}`.replace(/[^\w-]+/g, '-').slice(0, 100);
  let free = name;
  for (let twin = 2; taken.has(free); twin += 1) free = `${name}-${twin}`;
  taken.add(free);
  return `charts/${free}.png`;
}
