/** Random numbers that belong to one iteration of one seed: the same pair gives the same numbers in every run. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform whole number in [low, high]. */
  integer(low: number, high: number): number;
  /** `count` different whole numbers in [low, high], in random order. */
  distinct(count: number, low: number, high: number): number[];
}

/** Not `Math.random`: which VU runs an iteration changes from run to run, its number does not. */
export function randomOf(seed: number, iteration: number): Random {
  let state = mix(mix(low32(seed)) ^ mix(high32(seed) + 0x51ed270b) ^ Math.imul(mix(low32(iteration)), 0x85ebca6b));

  // mulberry32 (Tommy Ettinger): 32 bits of state, passes gjrand; far more than the few draws of an iteration need.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const distinct = (count: number, low: number, high: number): number[] => {
    const wanted = Math.min(count, high - low + 1);
    const found: number[] = [];
    while (found.length < wanted) {
      const candidate = integer(low, high);
      if (!found.includes(candidate)) found.push(candidate);
    }
    return found;
  };
  return { next, integer, distinct };
}

/** MurmurHash3's finalizer: neighbouring iterations get unrelated states. */
function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

function low32(value: number): number {
  return value % 4294967296;
}

function high32(value: number): number {
  return Math.floor(value / 4294967296);
}
