/**
 * Fisher's exact test, one-sided: the probability that, of `all` things with `marked` among them, `drawn` taken at random
 * hold `hits` marked ones or more.
 */
export function fisherExact(hits: number, drawn: number, marked: number, all: number): number {
  const logs = logFactorials(all);
  const log = (n: number) => logs[n] ?? 0;
  const choose = (n: number, k: number) => log(n) - log(k) - log(n - k);
  let probability = 0;
  for (let k = Math.max(hits, drawn + marked - all, 0); k <= Math.min(drawn, marked); k += 1) {
    probability += Math.exp(choose(marked, k) + choose(all - marked, drawn - k) - choose(all, drawn));
  }
  return Math.min(1, probability);
}

function logFactorials(most: number): number[] {
  const logs = [0];
  for (let n = 1; n <= most; n += 1) logs.push((logs[n - 1] ?? 0) + Math.log(n));
  return logs;
}
