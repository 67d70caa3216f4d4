import { describe, expect, it } from 'vitest';
import { type IntakeSettings, intakeOf } from '../../src/coupon/intake.ts';
import type { IssueOutcome } from '../../src/coupon/issuer.ts';
import { createMetrics } from '../../src/metrics.ts';

const request = { campaignId: 1, userId: 1, at: 1 };

/** An intake before an issuer whose answers are given by hand. */
function intake(changes: Partial<IntakeSettings> = {}) {
  const settings = { mode: 'queue' as IntakeSettings['mode'], concurrency: 2, workMs: 0, entryKb: 1, ...changes };
  const metrics = createMetrics();
  const begun: { answer: (outcome: IssueOutcome) => void; fail: (error: unknown) => void }[] = [];
  const issue = intakeOf(() => new Promise((answer, fail) => void begun.push({ answer, fail })), settings, metrics);
  const waiting = async () => (await metrics.intakeWaiting.get()).values[0]?.value;
  return { issue, settings, begun, waiting };
}

describe('the queue of the intake', () => {
  it('works on as many as it may, and lets all others wait without a bound', async () => {
    const { issue, begun, waiting } = intake();
    const answers = Array.from({ length: 500 }, () => issue(request));

    await expect.poll(() => begun.length).toBe(2);
    expect(await waiting()).toBe(498);
    for (let next = 0; next < 500; next += 1) {
      await expect.poll(() => begun.length, { interval: 1 }).toBeGreaterThan(next);
      begun[next]?.answer('ISSUED');
    }

    expect(new Set(await Promise.all(answers))).toEqual(new Set(['ISSUED']));
    expect(await waiting()).toBe(0);
  });

  it('goes on after one that failed', async () => {
    const { issue, begun } = intake({ concurrency: 1 });
    const first = issue(request);
    const second = issue(request);

    await expect.poll(() => begun.length).toBe(1);
    begun[0]?.fail(new Error('no Redis'));
    await expect(first).rejects.toThrow('no Redis');
    await expect.poll(() => begun.length).toBe(2);
    begun[1]?.answer('SOLD_OUT');

    expect(await second).toBe('SOLD_OUT');
  });

  it('holds heap for each that waits', async () => {
    const { issue, begun } = intake({ entryKb: 1_024 });
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 200; i += 1) void issue(request);
    await expect.poll(() => begun.length).toBe(2);

    expect(process.memoryUsage().heapUsed - before).toBeGreaterThan(150 * 1_024 * 1_024);
  });

  it('is passed by when the mode is direct, from one request to the next', async () => {
    const { issue, settings, begun, waiting } = intake({ concurrency: 1 });
    void issue(request);
    void issue(request);
    await expect.poll(() => begun.length).toBe(1);

    settings.mode = 'direct';
    void issue(request);

    expect(begun).toHaveLength(2);
    expect(await waiting()).toBe(1);
  });
});
