import { expect, it } from 'vitest';
import { worstWindow } from '../../../src/stats/worst-window.ts';

const points = (values: readonly number[]) => values.map((value, index) => ({ t: index * 1_000, value }));

it('the worst window is the one with the highest median', () => {
  const values = [...Array(30).fill(1), ...Array(10).fill(5), ...Array(30).fill(2)];
  expect(worstWindow(points(values), 10_000, 7)).toEqual({ value: 5, from: 26_000, to: 35_000 });
});

it('a single reading is no window of its own', () => {
  const values = [...Array(20).fill(1), 100, ...Array(20).fill(1)];
  expect(worstWindow(points(values), 10_000, 7)?.value).toBe(1);
});

it('windows with too few readings do not count', () => {
  const sparse = [0, 4_000, 8_000, 12_000].map((t) => ({ t, value: 9 }));
  expect(worstWindow(sparse, 10_000, 4)).toBeNull();
  expect(worstWindow(sparse, 10_000, 3)).toMatchObject({ value: 9, from: 0, to: 8_000 });
  expect(worstWindow([], 10_000, 1)).toBeNull();
});
