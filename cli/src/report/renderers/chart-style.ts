import type { LineRole } from '../charts/chart.ts';

/** How an image is drawn: on a white card of its own, so that a dark page changes nothing. */
export const paper = {
  background: '#ffffff',
  text: '#1f2933',
  grid: '#e3e8ee',
  mark: '#52606d',
  band: 'rgba(82, 96, 109, 0.10)',
  bar: '#2b6cb0',
} as const;

interface Stroke {
  readonly color: string;
  readonly dash: number[];
  readonly width: number;
}

/** Told apart by dash as well as by colour; each has a contrast of 3:1 on white at least. The colours of the page. */
const strokes: Readonly<Record<Exclude<LineRole, 'plain'>, Stroke>> = {
  success: { color: '#0072b2', dash: [], width: 2 },
  rejected: { color: '#8a6100', dash: [6, 3], width: 2 },
  failed: { color: '#c43e00', dash: [], width: 2.5 },
  dropped: { color: '#7b4397', dash: [2, 3], width: 2 },
  p50: { color: '#0072b2', dash: [], width: 2 },
  p95: { color: '#7b4397', dash: [6, 3], width: 2 },
  p99: { color: '#c43e00', dash: [2, 3], width: 2 },
};

const plainColors = ['#2b6cb0', '#c05621', '#2c7a7b', '#6b46c1', '#b83280', '#4a5568'];
const plainDashes = [[], [6, 3], [2, 3]];

/** @param index of the line among those of its chart */
export function strokeOf(role: LineRole, index: number): Stroke {
  if (role !== 'plain') return strokes[role];
  const color = plainColors[index % plainColors.length] ?? paper.bar;
  const dash = plainDashes[Math.floor(index / plainColors.length) % plainDashes.length] ?? [];
  return { color, dash, width: 2 };
}
