import type { Drill } from '../record/drill.ts';
import type { Series } from '../record/series-index.ts';
import { baselineOf, baselineSeconds } from './baseline.ts';
import { type GoodSecond, goodSeconds } from './good-second.ts';
import { type LoadedRun, whileOffered } from './offered-second.ts';
import { type OfferedSurge, offeredSurge } from './offered-surge.ts';
import { type PlannedLoad, plannedLoad } from './planned-load.ts';
import { type Tolerance, toleranceOf } from './tolerance.ts';

/** The requests of an API, or all of them. */
export interface Stream {
  /** The `name` tag; `*`: all requests. */
  readonly api: string;
  readonly seconds: readonly GoodSecond[];
  /** Those of them in which load was offered. */
  readonly offered: readonly GoodSecond[];
}

/** One that has a baseline to be compared with. */
export interface JudgedStream extends Stream {
  readonly tolerance: Tolerance;
}

export interface Streams {
  readonly whole: Stream;
  /** Of the whole; null where the baseline was too short. */
  readonly tolerance: Tolerance | null;
  /** The scenario's APIs that had requests in the baseline; the whole where it names none. Empty: there is no baseline. */
  readonly judged: readonly JudgedStream[];
  /** Whole seconds that the baseline had. */
  readonly baselineSeconds: number;
  readonly planned: PlannedLoad;
  /** Null where none was planned, or there is no baseline. */
  readonly surge: OfferedSurge | null;
}

const all = '*';

export function streamsOf(record: LoadedRun, drill: Drill, series: Pick<Series, 'load'>): Streams {
  const found = goodSeconds(series, record.scenario?.endpoints.map(({ name }) => name) ?? []);
  const isOffered = whileOffered(record, found.whole);
  const planned = plannedLoad(record.scenario, series.load);
  const streamOf = (api: string, all: readonly GoodSecond[]): Stream => {
    const seconds = all.map((second) => ({ ...second, planned: planned.least(second.from, second.to) }));
    return { api, seconds, offered: seconds.filter(isOffered) };
  };
  const whole = streamOf(all, found.whole);
  const apis = [...found.apis].flatMap(([api, seconds]) => judge(streamOf(api, seconds), drill) ?? []);
  const judgedWhole = judge(whole, drill);
  return {
    whole,
    tolerance: judgedWhole?.tolerance ?? null,
    judged: apis.length > 0 || judgedWhole === null ? apis : [judgedWhole],
    baselineSeconds: baselineSeconds(drill, whole.offered).length,
    planned,
    surge:
      judgedWhole === null
        ? null
        : offeredSurge(planned, whole.seconds, judgedWhole.tolerance.baseline.offeredPerSecond),
  };
}

function judge(stream: Stream, drill: Drill): JudgedStream | null {
  const baseline = baselineOf(baselineSeconds(drill, stream.offered));
  return baseline === null ? null : { ...stream, tolerance: toleranceOf(baseline) };
}
