import { type Victim, victims } from './family.ts';
import { seededRandom, shuffled } from './seeded-random.ts';

/** Who is killed, and when in its life: 0 is its birth, 1 its end in a run that nobody disturbs. */
export interface Moment {
  readonly index: number;
  readonly victim: Victim;
  readonly part: number;
}

/**
 * Every victim in turn. The moments of one victim are spread over its life, each at random within its share, so that few of
 * them still reach the start, the load and the end.
 */
export function planMoments(count: number, seed: number): Moment[] {
  const random = seededRandom(seed);
  const order = shuffled(victims, random);
  const drawn = Array.from({ length: count }, (_, index) => order[index % order.length] ?? 'loadkit');
  const moments = order.flatMap((victim) => {
    const times = drawn.filter((one) => one === victim).length;
    return Array.from({ length: times }, (_, share) => ({ victim, part: (share + random()) / times }));
  });
  return shuffled(moments, random).map((moment, index) => ({ index: index + 1, ...moment }));
}
