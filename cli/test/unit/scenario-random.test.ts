import { expect, test } from 'vitest';
import { randomOf } from '../../../scenarios/lib/random.ts';

const draws = (seed: number, iteration: number): number[] => {
  const random = randomOf(seed, iteration);
  return Array.from({ length: 5 }, () => random.next());
};

test('the same seed and iteration give the same numbers, any other pair gives others', () => {
  expect(draws(7, 42)).toEqual(draws(7, 42));
  const first = new Set<number>();
  for (const seed of [0, 1, 2, 7, 2 ** 31 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1]) {
    for (let iteration = 0; iteration < 200; iteration += 1) first.add(randomOf(seed, iteration).next());
  }
  expect(first.size).toBe(8 * 200);
});

test('users over iterations are uniform: chi-square over 100 cells stays below its 99.99 % bound', () => {
  for (const seed of [1, 2, 3]) {
    const cells = new Array<number>(100).fill(0);
    const n = 50_000;
    for (let iteration = 0; iteration < n; iteration += 1) {
      const cell = randomOf(seed, iteration).integer(0, 99);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    const expected = n / 100;
    const chiSquare = cells.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(161.3);
  }
});

test('the first and the second draw of an iteration are unrelated', () => {
  const n = 20_000;
  let sum = 0;
  for (let iteration = 0; iteration < n; iteration += 1) {
    const random = randomOf(1, iteration);
    sum += (random.next() - 0.5) * (random.next() - 0.5);
  }
  // Correlation of two uniforms: covariance / (1/12); its standard deviation is 1/√n = 0.007.
  expect(Math.abs(sum / n) * 12).toBeLessThan(0.035);
});

test('whole numbers cover their range with both ends', () => {
  const seen = new Set<number>();
  for (let iteration = 0; iteration < 200; iteration += 1) seen.add(randomOf(1, iteration).integer(1, 3));
  expect([...seen].sort()).toEqual([1, 2, 3]);
});

test('distinct numbers are distinct, in random order, and as many as there can be', () => {
  const orders = new Set<string>();
  for (let iteration = 0; iteration < 200; iteration += 1) {
    const found = randomOf(1, iteration).distinct(3, 1, 3);
    expect(new Set(found).size).toBe(3);
    orders.add(found.join());
  }
  expect(orders.size).toBe(6);
  expect(randomOf(1, 1).distinct(3, 5, 5)).toEqual([5]);
});

test('of 29,500 asking users among 20,000, more than the stock of 10,000 differ, so that a full run sells out', () => {
  const users = new Set<number>();
  for (let iteration = 0; iteration < 29_500; iteration += 1) users.add(randomOf(1, iteration).integer(1, 20_000));
  expect(users.size).toBeGreaterThan(14_000);
  expect(users.size).toBeLessThan(16_500);
});
