import { expect, test } from 'vitest';
import { quantile } from '../../../src/stats/quantile.ts';

test('a quantile of nothing is null', () => {
  expect(quantile([], 0.5)).toBeNull();
});

test('a quantile of one value is that value', () => {
  expect(quantile([7], 0)).toBe(7);
  expect(quantile([7], 0.99)).toBe(7);
});

test('a rank between two values is interpolated, as k6 does it', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([10, 20], 0.95)).toBeCloseTo(19.5, 12);
});

test('the order of the values does not matter, and they are left as they are', () => {
  const values = [3, 100, 20];
  expect(quantile(values, 1)).toBe(100);
  expect(quantile(values, 0)).toBe(3);
  expect(values).toEqual([3, 100, 20]);
});
