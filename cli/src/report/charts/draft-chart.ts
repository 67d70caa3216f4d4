import { quantile } from '../../stats/quantile.ts';
import type { SectionContext } from '../section-context.ts';
import type { ChartLine, LineRole, TimeChart } from './chart.ts';
import { thinned } from './thinning.ts';
import type { Curve } from './time-axis.ts';

/** A chart with a value for every second, before it is thinned for drawing. */
export interface DraftChart {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly DraftLine[];
  readonly thinned: 'mean' | 'max';
}

export interface DraftLine {
  readonly id: string;
  readonly label: string;
  readonly role: LineRole;
  readonly curve: Curve;
}

type Speech = Pick<SectionContext, 'say' | 'format'>;

export function timeChart(speech: Speech, draft: DraftChart, binSeconds: number): TimeChart {
  const { id, title, unit, lines } = draft;
  return {
    id,
    title,
    unit,
    lines: lines.map(
      ({ id, label, role, curve }): ChartLine => ({
        id,
        label,
        role,
        values: thinned(curve, binSeconds, draft.thinned),
      }),
    ),
    alt: altOf(speech, draft),
  };
}

/** From the seconds themselves, not from what is drawn. */
function altOf({ say, format }: Speech, { title, unit, lines }: DraftChart): string {
  const figures = lines.map(({ label, curve }) => {
    const known = curve.filter((value) => value !== null);
    const most = known.reduce((top, value) => Math.max(top, value), Number.NEGATIVE_INFINITY);
    return say('charts.alt-line', {
      label,
      median: `${format.plain(quantile(known, 0.5))} ${unit}`.trim(),
      max: `${format.plain(known.length === 0 ? null : most)} ${unit}`.trim(),
    });
  });
  return say('charts.alt', { title, lines: figures.join('; ') });
}

/** 0 in every second that was measured. */
export function isAllZero(curve: Curve): boolean {
  return curve.every((value) => value === null || value === 0);
}

export function isEmpty(curve: Curve): boolean {
  return curve.every((value) => value === null);
}
