import type { Chart, ChartConfiguration, Plugin } from 'chart.js';
import type { ChartGroup, ChartMark, DistributionChart, TimeChart } from '../charts/chart.ts';
import { shortText } from '../plain-text.ts';
import { paper, strokeOf } from './chart-style.ts';

/** Family under which the font of the images is registered; a name that no font of the machine has. */
export const fontFamily = 'loadkit';

const mostLines = 14;
const longestTitle = 90;
const longestLabel = 44;
/** A stretch may be named in one row alone. */
const longestStretchLabel = 24;

/** A chart over time as Chart.js draws it. */
export function timeConfig(group: ChartGroup, chart: TimeChart, second: string): ChartConfiguration {
  const lines = chart.lines.slice(0, mostLines);
  const more = chart.lines.length - lines.length;
  return {
    type: 'line',
    data: {
      datasets: lines.map(({ label, role, values }, index) => {
        const { color, dash, width } = strokeOf(role, index);
        const points = group.seconds.map((x, at) => ({ x, y: finite(values[at] ?? null) }));
        return {
          label: shortText(label, longestLabel),
          data: points,
          borderColor: color,
          backgroundColor: color,
          borderWidth: width,
          borderDash: dash,
          // A line of one point has no length.
          pointRadius: points.map((_, at) => (isAlone(points, at) ? 3 : 0)),
          spanGaps: false,
          tension: 0,
        };
      }),
    },
    options: {
      ...common(`${shortText(chart.title, longestTitle)}${more > 0 ? ` (+${more})` : ''}`, true),
      parsing: false,
      scales: {
        x: {
          type: 'linear',
          title: { display: true, text: second, color: paper.text },
          ticks: { color: paper.text, maxRotation: 0 },
          grid: { color: paper.grid },
          ...range(group),
        },
        y: {
          beginAtZero: true,
          title: { display: true, text: shortText(chart.unit, longestLabel), color: paper.text },
          ticks: { color: paper.text },
          grid: { color: paper.grid },
        },
      },
    },
    plugins: [marksPlugin(group.marks)],
  };
}

/** How many answers took how long; a bar for each bucket. */
export function distributionConfig(chart: DistributionChart, count: string): ChartConfiguration {
  const { buckets, marks, title } = chart;
  return {
    type: 'bar',
    data: {
      labels: buckets.map(({ fromMs, toMs }) => `${figure(fromMs)}–${figure(toMs)}`),
      datasets: [
        {
          label: count,
          data: buckets.map((bucket) => finite(bucket.count) ?? 0),
          backgroundColor: paper.bar,
          barPercentage: 1,
          categoryPercentage: 0.95,
        },
      ],
    },
    options: {
      ...common(shortText(title, longestTitle), false),
      scales: {
        x: {
          title: { display: true, text: 'ms', color: paper.text },
          ticks: { color: paper.text, autoSkip: true, maxTicksLimit: 14, maxRotation: 45 },
          grid: { display: false },
        },
        y: {
          beginAtZero: true,
          title: { display: true, text: count, color: paper.text },
          ticks: { color: paper.text },
          grid: { color: paper.grid },
        },
      },
    },
    plugins: [quantilesPlugin(chart, marks)],
  };
}

function common(title: string, hasLegend: boolean) {
  return {
    animation: false as const,
    responsive: false,
    layout: { padding: { top: 8, right: 20, bottom: 8, left: 8 } },
    plugins: {
      title: {
        display: true,
        text: title,
        color: paper.text,
        font: { family: fontFamily, size: 16, weight: 'normal' as const },
        padding: { top: 4, bottom: 18 },
      },
      legend: {
        display: hasLegend,
        position: 'bottom' as const,
        labels: { color: paper.text, boxWidth: 28, boxHeight: 2, font: { family: fontFamily, size: 12 } },
      },
    },
  };
}

/** One second has a breadth too. */
function range({ seconds, binSeconds }: ChartGroup): { min?: number; max?: number } {
  const [first, last] = [seconds[0], seconds.at(-1)];
  return first === undefined || last === undefined ? {} : { min: first, max: last + (first === last ? binSeconds : 0) };
}

/** Stretches as bands, moments as lines; a label where there is room for it. */
function marksPlugin(marks: readonly ChartMark[]): Plugin {
  return {
    id: 'marks',
    beforeDatasetsDraw: ({ ctx, chartArea: { left, right, top, bottom }, scales }) => {
      const at = (second: number) => scales.x?.getPixelForValue(second) ?? Number.NaN;
      const shown = [...marks]
        .sort((a, b) => a.from - b.from)
        .map(({ from, to, label }) => ({
          label,
          isStretch: to !== null,
          begin: Math.max(left, at(from)),
          end: Math.min(right, at(to ?? from)),
        }))
        .filter(({ begin, end }) => begin <= right && end >= left && begin <= end);
      ctx.save();
      ctx.font = `11px ${fontFamily}`;
      for (const { isStretch, begin, end } of shown) {
        if (isStretch) {
          ctx.fillStyle = paper.band;
          ctx.fillRect(begin, top, end - begin, bottom - top);
        }
        dashedLine(ctx, begin, top, bottom);
      }
      // Moments that follow each other within seconds are named below each other, a stretch above the chart or not at all.
      const free = new Array<number>(labelRows).fill(left);
      for (const { label, begin, isStretch } of shown) {
        for (let row = 0; row < (isStretch ? 1 : labelRows); row += 1) {
          const before = free[row] ?? right;
          const text = shortText(label, isStretch ? longestStretchLabel : longestLabel);
          free[row] = markLabel(ctx, text, begin, { top: top + row * labelHeight, free: before, right });
          if (free[row] !== before) break;
        }
      }
      ctx.restore();
    },
  };
}

/** One above the chart, the others in it. */
const labelRows = 6;
const labelHeight = 15;

function quantilesPlugin({ buckets }: DistributionChart, marks: DistributionChart['marks']): Plugin {
  return {
    id: 'quantiles',
    afterDatasetsDraw: ({ ctx, chartArea: { left, right, top, bottom }, scales }) => {
      const breadth = (right - left) / Math.max(1, buckets.length);
      let free = left;
      ctx.save();
      ctx.font = `11px ${fontFamily}`;
      for (const { label, ms } of [...marks].sort((a, b) => a.ms - b.ms)) {
        const index = buckets.findIndex(({ fromMs, toMs }) => ms >= fromMs && ms <= toMs);
        const bucket = buckets[index];
        if (bucket === undefined) continue;
        const share = bucket.toMs > bucket.fromMs ? (ms - bucket.fromMs) / (bucket.toMs - bucket.fromMs) : 0.5;
        const x = (scales.x?.getPixelForValue(index) ?? left) + (share - 0.5) * breadth;
        dashedLine(ctx, x, top, bottom);
        free = markLabel(ctx, label, x, { top, free, right });
      }
      ctx.restore();
    },
  };
}

/** Beside its line, to the left of it at the right edge, and nowhere when a former label is in the way. Returns where it ends. */
function markLabel(
  ctx: Chart['ctx'],
  text: string,
  x: number,
  { top, free, right }: { readonly top: number; readonly free: number; readonly right: number },
): number {
  const { width } = ctx.measureText(text);
  const begin = Math.min(x + 3, right - width);
  if (begin < free) return free;
  ctx.fillStyle = paper.background;
  ctx.fillRect(begin - 1, top - labelHeight, width + 2, labelHeight - 1);
  ctx.fillStyle = paper.mark;
  ctx.fillText(text, begin, top - 4);
  return begin + width + 10;
}

function dashedLine(ctx: Chart['ctx'], x: number, top: number, bottom: number): void {
  ctx.strokeStyle = paper.mark;
  ctx.lineWidth = 1;
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, bottom);
  ctx.stroke();
  ctx.setLineDash([]);
}

function isAlone(points: ReadonlyArray<{ y: number | null }>, at: number): boolean {
  const has = (index: number) => points[index]?.y != null;
  return has(at) && !has(at - 1) && !has(at + 1);
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

function figure(ms: number): string {
  return String(Number(ms.toPrecision(3)));
}
