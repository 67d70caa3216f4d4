import type { EventLine, LoadLine, SampleLine, SeriesLine } from './series.ts';

export interface Point {
  /** Epoch milliseconds. */
  readonly t: number;
  readonly value: number;
}

/** A run's series in memory, each list in the order of time. */
export interface Series {
  readonly load: readonly LoadLine[];
  /** Readings of all probes, by metric key. */
  readonly points: ReadonlyMap<string, readonly Point[]>;
  /** Every reading, with those that were late or failed, by probe. */
  readonly readings: ReadonlyMap<string, readonly SampleLine[]>;
  readonly events: readonly EventLine[];
}

export function indexSeries(lines: Iterable<SeriesLine>): Series {
  const load: LoadLine[] = [];
  const points = new Map<string, Point[]>();
  const readings = new Map<string, SampleLine[]>();
  const events: EventLine[] = [];
  for (const line of lines) {
    if (line.kind === 'load') load.push(line);
    else if (line.kind === 'event') events.push(line);
    else {
      append(readings, line.probe, line);
      for (const [key, value] of Object.entries(line.values ?? {})) append(points, key, { t: line.t, value });
    }
  }
  load.sort((a, b) => a.t - b.t);
  for (const list of [...points.values(), ...readings.values(), events]) list.sort((a, b) => a.t - b.t);
  return { load, points, readings, events };
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
