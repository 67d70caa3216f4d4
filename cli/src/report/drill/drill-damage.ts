import type { Speech } from '../detail-format.ts';
import { type DrilledRun, trusted } from './drilled-run.ts';

/** What a drill cost, in the order in which it is told; the head of its column is `damage.<id>`. */
export const damages = ['lost', 'usersAffected', 'overIssued', 'duplicated', 'late', 'missing'] as const;
export type DamageId = (typeof damages)[number];

/** The count of one drill, or of its repeats the least and the most. What could not be counted is not zero. */
export function damageText(
  { say, format }: Pick<Speech, 'say' | 'format'>,
  drills: readonly DrilledRun[],
  id: DamageId,
): string {
  const known = drills.map(trusted).filter((one) => one !== null);
  if (known.length === 0) return say('drill.untrusted');
  const counts = known.map(({ damage }) => damage?.[id] ?? null).filter((count) => count !== null);
  if (counts.length < known.length) return say('drill.unknown');
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? format.count(most) : `${format.count(least)} – ${format.count(most)}`;
}
