import type picocolors from 'picocolors';
import stringWidth from 'string-width';
import type { Phase } from '../record/run-record.ts';
import type { LiveFigures } from './live-figures.ts';

/** Where the run is. */
export interface LiveProgress {
  /** The scenario. */
  readonly title: string;
  readonly phase: Phase['name'];
  readonly elapsedMs: number;
  /** Null: the phase ends when it is done. */
  readonly plannedMs: number | null;
  /** Last step of the phase, such as `redis ready`. */
  readonly step: string | null;
}

export type Colors = ReturnType<typeof picocolors.createColors>;

type Paint = (text: string) => string;

/** A piece of a row; a row that is too long loses whole pieces from its end, never half a number. */
interface Piece {
  readonly text: string;
  readonly paint: Paint;
}

const plain: Paint = (text) => text;
const barWidth = 20;

/** Lines of the block on a terminal. None is wider than `width` columns. */
export function blockLines(progress: LiveProgress, figures: LiveFigures, width: number, colors: Colors): string[] {
  const rows = [headRow(progress, colors)];
  if (progress.phase === 'load') rows.push(loadRow(figures, colors));
  if (progress.phase === 'load' || progress.phase === 'drain') rows.push(behindRow(figures, colors));
  return rows.map((row) => fit(row, width));
}

/** The same in one line, for a log: nothing is left out. */
export function logLine(progress: LiveProgress, figures: LiveFigures): string {
  const pieces = [
    ...(progress.phase === 'load' ? loadPieces(figures) : []),
    ...(progress.phase === 'load' || progress.phase === 'drain' ? behindPieces(figures) : []),
  ];
  return [`${progress.title} ${progress.phase} ${timeOf(progress)}`, ...pieces].join(' | ');
}

/** Beginning of a phase in a log. */
export function phaseLine({ title, phase, plannedMs }: LiveProgress): string {
  return plannedMs === null ? `${title} ${phase}` : `${title} ${phase}, ${clockTime(plannedMs)} planned`;
}

/** End of the load in a log: whole-load counts only, so that nobody takes the last seconds' TPS for the run's. */
export function loadEndLine({ title, elapsedMs }: LiveProgress, figures: LiveFigures): string {
  return [`${title} load ended ${clockTime(elapsedMs)}`, ...countPieces(figures)].join(' | ');
}

/** `01:05`, `1:00:00` */
export function clockTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours === 0 ? minutes : `${hours}:${minutes}`;
}

function headRow(progress: LiveProgress, colors: Colors): Piece[] {
  const { title, phase, step, plannedMs, elapsedMs } = progress;
  const row: Piece[] = [
    { text: title, paint: colors.bold },
    { text: phase, paint: colors.cyan },
    { text: timeOf(progress), paint: plain },
  ];
  if (plannedMs !== null && plannedMs > 0) row.push({ text: bar(elapsedMs / plannedMs), paint: colors.cyan });
  if (step !== null && plannedMs === null) row.push({ text: step, paint: colors.dim });
  return row;
}

function loadRow(figures: LiveFigures, colors: Colors): Piece[] {
  const bad = figures.failed + figures.dropped > 0;
  return indent(loadPieces(figures), (text) => (bad && /^(failed|dropped)/.test(text) ? colors.red(text) : text));
}

function behindRow(figures: LiveFigures, colors: Colors): Piece[] {
  return indent(behindPieces(figures), colors.dim);
}

function loadPieces(figures: LiveFigures): string[] {
  return [
    `TPS ${number(figures.tps, 1)}`,
    `p95 ${number(figures.p95Ms, 1, ' ms')}`,
    ...countPieces(figures),
    `VUs ${number(figures.vus, 0)}`,
  ];
}

function countPieces({ failed, requests, dropped }: LiveFigures): string[] {
  const share = requests === 0 ? '' : ` (${((failed / requests) * 100).toFixed(2)}%)`;
  return [
    `failed ${number(failed, 0)}${share}`,
    ...(dropped > 0 ? [`dropped ${number(dropped, 0)}`] : []),
    `requests ${number(requests, 0)}`,
  ];
}

function behindPieces({ redisLag, kafkaLag, k6Cores, serviceCores }: LiveFigures): string[] {
  return [
    `lag Redis ${number(redisLag, 0)}`,
    `Kafka ${number(kafkaLag, 0)}`,
    `CPU k6 ${number(k6Cores, 2)}`,
    `service ${number(serviceCores, 2)} cores`,
  ];
}

function timeOf({ elapsedMs, plannedMs }: LiveProgress): string {
  return plannedMs === null ? clockTime(elapsedMs) : `${clockTime(elapsedMs)}/${clockTime(plannedMs)}`;
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
  return '█'.repeat(full) + '░'.repeat(barWidth - full);
}

/** `12,345`, `4.1 ms`; `-` for what is not known. */
function number(value: number | null, digits: number, unit = ''): string {
  if (value === null) return '-';
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return `${value.toLocaleString('en-US', options)}${unit}`;
}

function indent(texts: readonly string[], paint: Paint): Piece[] {
  return texts.map((text, i) => ({ text: i === 0 ? `  ${text}` : text, paint }));
}

function fit(row: readonly Piece[], width: number): string {
  const kept: Piece[] = [];
  let used = 0;
  for (const piece of row) {
    const wanted = stringWidth(piece.text) + (kept.length === 0 ? 0 : 2);
    if (used + wanted > width) break;
    kept.push(piece);
    used += wanted;
  }
  return kept.map(({ text, paint }) => paint(text)).join('  ');
}
