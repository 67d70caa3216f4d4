import type { Speech } from '../detail-format.ts';

/**
 * A value of a signal of the detector, or its limit, in what it counts: how long something waits, entries, ends of a process,
 * readings in a row. What adds up bad observations has no unit, and is named for that.
 */
export function signalFigure({ say, format }: Pick<Speech, 'say' | 'format'>, signal: string, value: number): string {
  const [kind] = signal.split(':');
  switch (kind) {
    case 'backlog':
    case 'backlog-growth':
      return format.span(value);
    case 'unprocessed':
    case 'wrong':
      return format.count(value);
    case 'restarts':
      return say('signal-figure.times', { value: format.plain(value) });
    case 'scrapes':
    case 'lock-no-expiry':
      return say('signal-figure.in-a-row', { value: format.plain(value) });
    case 'answers':
    case 'canary':
      return say('signal-figure.cusum', { value: format.rounded(value) });
    default:
      return format.rounded(value);
  }
}
