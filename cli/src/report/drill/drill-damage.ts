import type { Speech } from '../detail-format.ts';
import { type DrilledRun, trusted } from './drilled-run.ts';

/** What a drill cost, in the order in which it is told; the head of its column is `damage.<id>`. */
export const damages = ['lost', 'usersAffected', 'overIssued', 'duplicated', 'late', 'missing'] as const;
export type DamageId = (typeof damages)[number];

type Words = Pick<Speech, 'say' | 'format'>;

/** `1,850명` of people, `1,900건` of anything else. */
export function damageCount({ say, format }: Words, id: DamageId, count: number): string {
  return id === 'usersAffected' ? say('drill.users', { count: format.plain(count) }) : format.count(count);
}

/** The count of one drill, or of its repeats the least and the most. What could not be counted is not zero. */
export function damageText(speech: Words, drills: readonly DrilledRun[], id: DamageId): string {
  const { say } = speech;
  const known = drills.map(trusted).filter((one) => one !== null);
  if (known.length === 0) return say('drill.untrusted');
  const counts = known.map(({ damage }) => damage?.[id] ?? null).filter((count) => count !== null);
  if (counts.length < known.length) return say('drill.unknown');
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const text = (count: number) => damageCount(speech, id, count);
  return least === most ? text(most) : `${text(least)} – ${text(most)}`;
}
