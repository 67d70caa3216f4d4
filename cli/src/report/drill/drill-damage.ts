import type { Damage } from '../../record/drill.ts';
import type { Speech } from '../detail-format.ts';
import { type DrilledRun, trusted } from './drilled-run.ts';

/** What a drill cost, in the order in which it is told; its name is `damage.<id>`. */
export const damages = ['lost', 'usersAffected', 'overIssued', 'duplicated', 'late', 'missing', 'repaired'] as const;
export type DamageId = (typeof damages)[number];

type Words = Pick<Speech, 'say' | 'format'>;

/** `1,850명` of people, `1,900건` of anything else. */
function damageCount({ say, format }: Words, id: DamageId, count: number): string {
  return id === 'usersAffected' ? say('drill.users', { count: format.plain(count) }) : format.count(count);
}

type Counts = Readonly<Partial<Record<DamageId | 'offered' | 'usersAsked', number | null>>>;

/** Null: it was not counted. A record of another loadkit may not have it at all. */
export function damageOf(damage: Counts | null, id: keyof Counts): number | null {
  return damage?.[id] ?? null;
}

/** Of how many it is a part; null: that is not known, or it is a part of nothing. */
function wholeOf(damage: Damage | null, id: DamageId): number | null {
  if (id === 'lost') return damageOf(damage, 'offered');
  return id === 'usersAffected' ? damageOf(damage, 'usersAsked') : null;
}

/** `1,900건(2,200건 중)` of one drill; null: it was not counted. */
export function damageText(speech: Words, damage: Damage | null, id: DamageId): string | null {
  const range = rangeOf([damage], id);
  return range === null ? null : countText(speech, id, range);
}

/**
 * All that drills of one kind cost: `유실 1,900건(2,200건 중) · 지연 처리 3건 · 데이터로 알 수 없음: 누락`. Of repeats the least and
 * the most. What is not named is 0; what could not be counted is not.
 */
export function damagesText(speech: Words, drills: readonly DrilledRun[]): string {
  const { say } = speech;
  const known = trustedOf(drills);
  if (known.length === 0) return say('drill.untrusted');
  const ranges = damages.map((id) => ({ id, what: say(`damage.${id}`), range: rangeOf(known, id) }));
  const told = ranges.flatMap(({ id, what, range }) =>
    range === null || range.most === 0 ? [] : [`${what} ${countText(speech, id, range)}`],
  );
  const unknown = ranges.filter(({ range }) => range === null).map(({ what }) => what);
  if (told.length === 0 && unknown.length === 0) return say('drill.damage-none');
  return [...told, ...(unknown.length === 0 ? [] : [say('drill.damage-unknown', { names: unknown.join(', ') })])].join(
    ' · ',
  );
}

/** What the stores had too many of or too few: `중복 459건, 초과 발급 4건`; a dash where that could not be counted. */
export function wrongDataText(speech: Words, damage: Damage | null): string {
  const wrong = wrongIn(damage).map(
    (id) => `${speech.say(`damage.${id}`)} ${damageCount(speech, id, damageOf(damage, id) ?? 0)}`,
  );
  return wrong.join(', ') || '—';
}

/** Of what the stores had too many or too few. */
export function wrongIn(damage: Damage | null): DamageId[] {
  return (['duplicated', 'overIssued', 'missing'] as const).filter((id) => (damageOf(damage, id) ?? 0) > 0);
}

/** What was lost, and what else differs between two kinds of drills: `유실 1,900건 → 12건 · 초과 발급 60건 → 0건`. */
export function damageChange(
  speech: Words,
  { before, after }: { readonly before: readonly DrilledRun[]; readonly after: readonly DrilledRun[] },
): string {
  const { say } = speech;
  if ([before, after].some((drills) => trustedOf(drills).length === 0))
    return say('drill.change', { before: damagesText(speech, before), after: damagesText(speech, after) });
  const texts = damages.flatMap((id) => {
    const sides = [before, after].map((drills) => repeatedText(speech, drills, id));
    const [former = '', present = ''] = sides;
    if (id !== 'lost' && former === present) return [];
    return [`${say(`damage.${id}`)} ${say('drill.change', { before: former, after: present })}`];
  });
  return texts.join(' · ');
}

function repeatedText(speech: Words, drills: readonly DrilledRun[], id: DamageId): string {
  const { say } = speech;
  const known = trustedOf(drills);
  if (known.length === 0) return say('drill.untrusted');
  const range = rangeOf(known, id);
  return range === null ? say('drill.unknown') : countText(speech, id, range);
}

/** Null in place of a damage: it was assessed, and nothing was counted. */
function trustedOf(drills: readonly DrilledRun[]): Array<Damage | null> {
  return drills.map(trusted).flatMap((one) => (one === null ? [] : [one.damage]));
}

interface Range {
  readonly least: number;
  readonly most: number;
  /** Of how many, the least and the most; null: not known. */
  readonly whole: { readonly least: number; readonly most: number } | null;
  /** There were others that nobody could count. */
  readonly isLeast: boolean;
}

/** Null: it was not counted in one of them. */
function rangeOf(known: ReadonlyArray<Damage | null>, id: DamageId): Range | null {
  const counts = known.map((damage) => countedOf(damage, id)).filter((count) => count !== null);
  if (counts.length < known.length) return null;
  const wholes = known.map((damage) => wholeOf(damage, id)).filter((one) => one !== null);
  const whole = wholes.length < known.length ? null : { least: Math.min(...wholes), most: Math.max(...wholes) };
  const isLeast = id === 'usersAffected' && known.some(hasUnknownUsers);
  return { least: Math.min(...counts), most: Math.max(...counts), whole, isLeast };
}

/** None that could be counted, beside some that could not be: that is not 0. */
function countedOf(damage: Damage | null, id: DamageId): number | null {
  const count = damageOf(damage, id);
  return count === 0 && id === 'usersAffected' && hasUnknownUsers(damage) ? null : count;
}

/** Whose the arrivals were that k6 could not start nobody knows. */
function hasUnknownUsers(damage: Damage | null): boolean {
  return (damage?.unstarted ?? 0) > 0;
}

function countText(speech: Words, id: DamageId, { least, most, whole, isLeast }: Range): string {
  const text = (from: number, to: number) =>
    from === to
      ? damageCount(speech, id, to)
      : speech.say('drill.range', { least: damageCount(speech, id, from), most: damageCount(speech, id, to) });
  const count = isLeast ? speech.say('drill.at-least', { count: text(least, most) }) : text(least, most);
  // Nothing of nothing: the answers felt nothing, and no request was counted.
  if (whole === null || whole.most === 0) return count;
  if (id === 'usersAffected' && least === most && whole.least === whole.most && most > 0) {
    const share = speech.format.share(most / whole.most);
    return speech.say('drill.share-of', { count, whole: text(whole.least, whole.most), share });
  }
  return speech.say('drill.of', { count, whole: text(whole.least, whole.most) });
}

/** What the counts of users leave out; empty where that is nothing. */
export function unknownUsers({ say, format }: Words, all: readonly Damage[]): string[] {
  const left = all.filter(({ usersAffected }) => usersAffected !== null);
  const unstarted = left.reduce((sum, damage) => sum + (damage.unstarted ?? 0), 0);
  return unstarted === 0 ? [] : [say('drill.users-note', { count: format.count(unstarted) })];
}
