import type { UserAnswer } from '../record/series-index.ts';
import type { AnswerCourse } from './answer-course.ts';

/** Users from the impact to the restoration. */
export interface UsersHit {
  /** Who got any answer. */
  readonly asked: number;
  /** Who got one that was an error of the system, came too late or had the wrong content. */
  readonly affected: number;
}

/**
 * Null where it cannot be told: the script does not say whose its answers are, or nobody got one while the load was hit. Arrivals
 * that k6 could not start have no user.
 *
 * @param leastMs those who asked are counted for so long at least
 */
export function usersHit(answers: readonly UserAnswer[], course: AnswerCourse | null, leastMs = 0): UsersHit | null {
  if (answers.length === 0) return null;
  if (course === null) return { asked: 0, affected: 0 };
  const { impactAt, restoredAt } = course;
  const from = (until: number | null) => answers.filter(({ t }) => t >= impactAt && (until === null || t < until));
  const during = from(restoredAt);
  if (during.length === 0) return null;
  const asking = from(restoredAt === null ? null : Math.max(restoredAt, impactAt + leastMs));
  const usersOf = (some: readonly UserAnswer[]) => new Set(some.map(({ user }) => user)).size;
  return { asked: usersOf(asking), affected: usersOf(during.filter(({ isGood }) => !isGood)) };
}

/** As long as all must be down for the worst level: a crash of a second hits nearly all who ask in it, and few of the users. */
const leastLevelMs = 10_000;

/** What the levels compare, 0–1; null where nobody asked, or it cannot be told. */
export function shareOfUsers(answers: readonly UserAnswer[], course: AnswerCourse | null): number | null {
  const hit = usersHit(answers, course, leastLevelMs);
  return hit === null || hit.asked === 0 ? null : hit.affected / hit.asked;
}
