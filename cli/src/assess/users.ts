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
 */
export function usersHit(answers: readonly UserAnswer[], course: AnswerCourse | null): UsersHit | null {
  if (answers.length === 0) return null;
  if (course === null) return { asked: 0, affected: 0 };
  const { impactAt, restoredAt } = course;
  const during = answers.filter(({ t }) => t >= impactAt && (restoredAt === null || t < restoredAt));
  if (during.length === 0) return null;
  const usersOf = (some: readonly UserAnswer[]) => new Set(some.map(({ user }) => user)).size;
  return { asked: usersOf(during), affected: usersOf(during.filter(({ isGood }) => !isGood)) };
}

/** 0–1; null where nobody asked, or it cannot be told. */
export function shareOfUsers(hit: UsersHit | null): number | null {
  return hit === null || hit.asked === 0 ? null : hit.affected / hit.asked;
}
