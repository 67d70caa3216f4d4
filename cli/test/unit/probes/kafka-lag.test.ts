import { describe, expect, it } from 'vitest';
import { lagOf, timeLag } from '../../../src/probes/kafka-lag.ts';

const offsets = (end: number, committed: number, low = 0) => ({ partition: 0, low, end, committed });

describe('consumer lag', () => {
  it('counts from the low watermark when nothing was committed', () => {
    expect(lagOf(offsets(50, -1, 20))).toBe(30);
  });

  it('does not count records that were deleted unread', () => {
    expect(lagOf(offsets(50, 10, 20))).toBe(30);
  });

  it('is 0 for an empty partition', () => {
    expect(lagOf(offsets(0, -1))).toBe(0);
  });
});

describe('time lag', () => {
  it('is the age of the oldest unprocessed record, with records spread evenly within a second', () => {
    const age = timeLag();
    expect(age.observe(0, offsets(0, 0))).toBe(0);
    // Records 0–99 within the first second: the first of them was written at 10 ms.
    expect(age.observe(1_000, offsets(100, 0))).toBe(990);
    // Record 50 is the oldest now: written at 510 ms.
    expect(age.observe(2_000, offsets(200, 50))).toBe(1_490);
    // Record 150: written at 1,510 ms.
    expect(age.observe(3_000, offsets(200, 150))).toBe(1_490);
    expect(age.observe(4_000, offsets(200, 200))).toBe(0);
  });

  it('grows with the clock while the consumer stands', () => {
    const age = timeLag();
    age.observe(0, offsets(10, 10));
    const ages = [1, 2, 3, 60].map((n) => age.observe(n * 1_000, offsets(11, 10)));
    expect(ages).toEqual([0, 1_000, 2_000, 59_000]);
  });

  it('is not known of records that were there before the first reading', () => {
    const age = timeLag();
    expect(age.observe(0, offsets(100, 20))).toBeUndefined();
    expect(age.observe(1_000, offsets(200, 99))).toBeUndefined();
    expect(age.observe(2_000, offsets(200, 100))).toBe(1_990);
  });

  it('starts anew when the topic was made anew', () => {
    const age = timeLag();
    age.observe(0, offsets(100, 100));
    expect(age.observe(1_000, offsets(0, -1))).toBe(0);
    expect(age.observe(2_000, offsets(10, -1))).toBe(900);
  });
});
