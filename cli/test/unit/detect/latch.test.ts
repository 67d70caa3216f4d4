import { expect, it } from 'vitest';
import { createLatch } from '../../../src/detect/latch.ts';

/** The seconds in which an alarm is raised; `#` fires, `.` is quiet, `-` neither. */
function raised(seconds: string): number[] {
  const isRaised = createLatch(3_000);
  return [...seconds].flatMap((mark, n) => (isRaised(n * 1_000, mark === '#', mark === '.') ? [n] : []));
}

it('lets the first of a row through', () => {
  expect(raised('..####')).toEqual([2]);
});

it('lets none through after a quiet that was too short, or was broken', () => {
  expect(raised('#...#')).toEqual([0]);
  expect(raised('#..-..-..#')).toEqual([0]);
});

it('lets the next through after a quiet that was long enough', () => {
  expect(raised('#....#')).toEqual([0, 5]);
  expect(raised('#-----....#')).toEqual([0, 10]);
});
