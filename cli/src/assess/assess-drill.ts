import { type Assessment, type Drill, notifies, recoveryOf } from '../record/drill.ts';
import { doubt } from '../record/drill-doubt.ts';
import type { LevelRules } from '../record/level-rules.ts';
import type { Invariant, RunRecord } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import type { AnswerCourse } from './answer-course.ts';
import { apiCourse } from './api-course.ts';
import { stalestMs } from './backlog.ts';
import { damageOf } from './damage.ts';
import { doubtsOf, type Seen } from './doubts.ts';
import { afterUndoMs, type DrillCourse, followDrill } from './drill-course.ts';
import { levelOf } from './level.ts';
import { momentsOf, span } from './moments.ts';
import { type Stream, type Streams, streamsOf } from './stream.ts';
import { shareOfUsers, usersHit } from './users.ts';
import { wasWitnessed } from './witness.ts';

export interface DrillInput {
  readonly record: RunRecord;
  readonly series: Series;
  readonly rules: LevelRules;
}

/** From record and series alone, what a drill did to the service: moments, times, damage, level, and why to doubt them. */
export function assessDrill(input: DrillInput): Assessment {
  const { record, series, rules } = input;
  const { drill } = record;
  const ruled = { rules: `${rules.name} ${rules.version}`, ruleFile: rules };
  if (drill === null) return { ...nothing, ...ruled, doubts: [doubt('not-injected', { message: 'unknown' })] };
  const streams = streamsOf(record, drill, series);
  const course = followDrill(drill, input, streams);
  const doubts = doubtsOf(drill, streams, seenOf(input, drill, streams, course));
  const known = { ...ruled, doubts, baseline: baselineIn(streams) };
  if (course === null) return { ...nothing, ...known };
  const moments = momentsOf(drill, record, course);
  const { impactBy, hurt } = course;
  return {
    ...known,
    withoutMitigation: null,
    moments,
    impactBy,
    hurt,
    ttdMs: span(moments.impactAt, moments.detectedAt),
    ttrMs: span(moments.impactAt, recoveryOf({ moments, impactBy, hurt }).at),
    signal: course.alarms.find(notifies)?.signal ?? null,
    damage: damageOf({
      ...hitPart(streams.whole, course.answers),
      tolerance: streams.tolerance,
      invariants: record.invariants,
      users: usersHit(series.answers, course.answers),
      waiting: course.backlog?.late ?? null,
      drain: record.drain,
      drill,
    }),
    ...(doubts.length > 0 ? undetermined : levelIn(input, streams, course)),
  };
}

const undetermined = { level: 'undetermined', clause: null } as const;

/** Nothing was broken. */
const nothing = {
  ...undetermined,
  withoutMitigation: null,
  baseline: null,
  moments: {
    injectedAt: null,
    impactAt: null,
    detectedAt: null,
    notifiedAt: null,
    mitigatedAt: null,
    revertedAt: null,
    restoredAt: null,
    drainedAt: null,
    consistentAt: null,
  },
  impactBy: null,
  hurt: [],
  ttdMs: null,
  ttrMs: null,
  signal: null,
  damage: null,
} as const;

function seenOf(
  { record, series }: DrillInput,
  { injection }: Drill,
  { tolerance }: Streams,
  course: DrillCourse | null,
): Seen {
  if (course === null) return { ever: false, whileItStood: false, feltAt: null };
  const { since, alarms, answers, backlog } = course;
  const baseline = tolerance?.baseline ?? { from: since, to: since };
  const isSeen = (to: number) =>
    (answers !== null && answers.impactAt < to) ||
    (backlog !== null && backlog.roseAt !== null && backlog.roseAt < to) ||
    wasWitnessed({
      ...{ series, baseline, from: since, to, invariants: record.invariants },
      alarms: alarms.filter(({ t }) => t < to),
    });
  const undoneAt = injection?.revertedAt ?? record.load?.endedAt ?? since;
  const isHit = answers !== null || (backlog !== null && backlog.roseAt !== null) || alarms.length > 0;
  return {
    ever: isHit || isSeen(undoneAt + afterUndoMs),
    whileItStood: isSeen(undoneAt),
    feltAt: answers?.impactAt ?? null,
  };
}

function baselineIn({ tolerance }: Streams): Assessment['baseline'] {
  if (tolerance === null) return null;
  const { from, to, goodput, goodShare, p95Ms } = tolerance.baseline;
  return { from, to, goodput, goodShare, p95Ms };
}

/** From the first bad second to the restoration, or to the end; nothing where the load felt nothing. */
function hitPart({ seconds, offered }: Stream, answers: AnswerCourse | null): Pick<Stream, 'seconds' | 'offered'> {
  const isHit = ({ from }: { readonly from: number }) =>
    answers !== null && from >= answers.from && (answers.restoredAt === null || from < answers.restoredAt);
  return { seconds: seconds.filter(isHit), offered: offered.filter(isHit) };
}

function levelIn(
  { record, series, rules }: DrillInput,
  { judged }: Streams,
  { since, alarms, answers }: DrillCourse,
): Pick<Assessment, 'level' | 'clause'> {
  return levelOf(rules, {
    apis:
      answers === null
        ? []
        : judged.map((stream) => apiCourse(stream.api, { ...hitPart(stream, answers), tolerance: stream.tolerance })),
    usersShare: shareOfUsers(series.answers, answers),
    invariants: record.invariants,
    repairedInvariants: afterRepair(record),
    alarms,
    staleMs: stalestMs({ points: series.points, drain: record.drain, since }),
  });
}

/** What could not be counted again is not known to have been put right. */
function afterRepair({ invariants, drill }: RunRecord): readonly Invariant[] {
  const repair = drill?.repair ?? null;
  if (repair === null || repair.figures === null) return invariants;
  const outcomes = new Map(repair.invariants.map(({ id, outcome }) => [id, outcome]));
  const isUnknown = ({ id }: Invariant) => (outcomes.get(id) ?? 'undetermined') === 'undetermined';
  return [...repair.invariants, ...invariants.filter(isUnknown)];
}
