import { type Drill, type Level, levels } from '../record/drill.ts';
import { quantile } from './quantile.ts';

/** A time of several drills. Milliseconds. */
export interface RepeatedTime {
  /** Of those that had it, the shortest first; what did not happen is not among them. */
  readonly values: readonly number[];
  /** Drills that felt an impact, so that it could have happened. */
  readonly of: number;
  /** The M of MTTD and MTTR; null for fewer than five values. */
  readonly median: number | null;
}

/** Drills of one fault under one mitigation. */
export interface RepeatedDrill {
  readonly fault: string;
  /** Null: none. */
  readonly mitigation: string | null;
  readonly drills: number;
  /** Of them those with a doubt; nothing else here counts them. */
  readonly doubted: number;
  /** Neither the load nor a backlog felt anything. */
  readonly unfelt: number;
  /** The worst level; null where all of them are doubted. */
  readonly worst: Level | null;
  /** `values.length` of `of` were detected. */
  readonly ttd: RepeatedTime;
  /** `values.length` of `of` recovered. */
  readonly ttr: RepeatedTime;
}

const leastForMedian = 5;

/** In the order in which each fault and mitigation came first. Drills that were not assessed are not counted. */
export function repeatedDrills(drills: readonly Drill[]): RepeatedDrill[] {
  const groups = new Map<string, Drill[]>();
  for (const drill of drills) {
    if (drill.assessment === null) continue;
    const key = JSON.stringify([drill.fault, drill.mitigation]);
    groups.set(key, [...(groups.get(key) ?? []), drill]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [repeated(first, group)];
  });
}

function repeated({ fault, mitigation }: Drill, group: readonly Drill[]): RepeatedDrill {
  const trusted = group.flatMap(({ assessment }) => assessment ?? []).filter(({ doubts }) => doubts.length === 0);
  const felt = trusted.filter(({ moments }) => moments.impactAt !== null);
  return {
    fault,
    mitigation,
    drills: group.length,
    doubted: group.length - trusted.length,
    unfelt: trusted.length - felt.length,
    worst: levels.find((level) => trusted.some((one) => one.level === level)) ?? null,
    ttd: timeOf(felt.map(({ ttdMs }) => ttdMs)),
    ttr: timeOf(felt.map(({ ttrMs }) => ttrMs)),
  };
}

/** A time that did not happen is longer than any other: averaged in, it would be none. */
function timeOf(times: ReadonlyArray<number | null>): RepeatedTime {
  const values = times.flatMap((time) => time ?? []).sort((a, b) => a - b);
  return { values, of: times.length, median: values.length < leastForMedian ? null : quantile(values, 0.5) };
}
