import { type Alarm, type Assessment, begunAt, type Drill, type HurtName, hurtNames } from '../record/drill.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { type AnswerCourse, followAnswers } from './answer-course.ts';
import { type BacklogCourse, followBacklog } from './backlog.ts';
import { isPlacebo } from './doubts.ts';
import type { Streams } from './stream.ts';

/** What happened from the moment on at which the fault stood. */
export interface DrillCourse {
  /** Epoch milliseconds. */
  readonly since: number;
  /** From when on an alarm may be of it: when its injection began. Epoch milliseconds. */
  readonly begunAt: number;
  /** From then on. */
  readonly alarms: readonly Alarm[];
  /** Null where the load felt nothing. */
  readonly answers: AnswerCourse | null;
  /** Null where no backlog was read. */
  readonly backlog: BacklogCourse | null;
  /** Whose impact was that of the fault; null where nothing was hit. */
  readonly impactBy: Assessment['impactBy'];
  readonly hurt: readonly HurtName[];
}

/** An undo may itself be felt; it is given these milliseconds. */
export const afterUndoMs = 2_000;

/** Null where nothing was injected. */
export function followDrill(
  drill: Drill,
  { record, series }: { readonly record: RunRecord; readonly series: Series },
  streams: Streams,
): DrillCourse | null {
  const since = brokenSince(drill);
  if (since === null) return null;
  const begun = begunAt(drill) ?? since;
  const baseline = streams.tolerance?.baseline ?? null;
  const { drain, load } = record;
  const undoneBy = (drill.injection?.revertedAt ?? Infinity) + afterUndoMs;
  const answers = followAnswers(streams.judged, { from: since, to: undoneBy });
  const backlog =
    baseline === null || load === null
      ? null
      : followBacklog({
          points: series.points,
          drain,
          loadEnd: load.endedAt,
          baseline,
          since,
          planned: streams.planned,
        });
  const isWrong = !isPlacebo(drill) && isAnyWrong(record, drill);
  return {
    since,
    begunAt: begun,
    alarms: (drill.detection?.alarms ?? []).filter(({ t }) => t >= begun).toSorted((a, b) => a.t - b.t),
    answers,
    backlog,
    impactBy: whoseImpact({ answers, backlog, undoneBy, isWrong }),
    hurt: whatWasHurt({ answers, backlog, isWrong }),
  };
}

interface Hit extends Pick<DrillCourse, 'answers' | 'backlog'> {
  readonly undoneBy: number;
  readonly isWrong: boolean;
}

/** Answers that were bad only after the undo were not what a fault hit whose work had piled up, or whose data were wrong, by then. */
function whoseImpact({ answers, backlog, undoneBy, isWrong }: Hit): Assessment['impactBy'] {
  const roseAt = backlog?.roseAt ?? null;
  const behind = roseAt !== null ? 'backlog' : isWrong ? 'data' : null;
  if (answers === null) return behind;
  const isFirst = roseAt === null || roseAt < answers.impactAt;
  return behind !== null && isFirst && answers.impactAt > undoneBy ? behind : 'answers';
}

function whatWasHurt({ answers, backlog, isWrong }: Omit<Hit, 'undoneBy'>): HurtName[] {
  const isHurt = { answers: answers !== null, backlog: backlog !== null && backlog.roseAt !== null, data: isWrong };
  return hurtNames.filter((name) => isHurt[name]);
}

/** By the count before a repair, or by what the repair found to put right. */
function isAnyWrong({ invariants }: Pick<RunRecord, 'invariants'>, { repair }: Pick<Drill, 'repair'>): boolean {
  const isRepaired = Object.values(repair?.figures ?? {}).some((count) => count > 0);
  return isRepaired || invariants.some(({ outcome }) => outcome === 'violated');
}

/** A placebo may have no injector: its fault stands from the phase on in which one would be injected. */
function brokenSince(drill: Drill): number | null {
  const { injection, phases } = drill;
  const inject = isPlacebo(drill) ? phases.find(({ name }) => name === 'inject' || name === 'hold') : undefined;
  return injection?.injectedAt ?? inject?.startedAt ?? null;
}
