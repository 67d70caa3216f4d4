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
  /** Whose answers came when; none where nobody said. */
  readonly answers: readonly UserAnswer[];
}

export interface UserAnswer {
  /** Epoch milliseconds. */
  readonly t: number;
  readonly user: string;
  readonly isGood: boolean;
}

export function indexSeries(lines: Iterable<SeriesLine>): Series {
  const load: LoadLine[] = [];
  const points = new Map<string, Point[]>();
  const readings = new Map<string, SampleLine[]>();
  const events: EventLine[] = [];
  const answers: UserAnswer[] = [];
  for (const line of lines) {
    if (line.kind === 'load') load.push(line);
    else if (line.kind === 'event') events.push(line);
    else if (line.kind === 'answers') {
      for (const [ms, user, good] of line.answers) answers.push({ t: line.t + ms, user, isGood: good === 1 });
    } else {
      append(readings, line.probe, line);
      for (const [key, value] of Object.entries(line.values ?? {})) append(points, key, { t: line.t, value });
    }
  }
  load.sort((a, b) => a.t - b.t);
  for (const list of [...points.values(), ...readings.values(), events, answers]) list.sort((a, b) => a.t - b.t);
  return { load, points, readings, events, answers };
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
