import { type Victim, victims } from './family.ts';

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

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** mulberry32: the same numbers in [0, 1) for the same seed, on every machine. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
