import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Probe } from '../../../src/probes/probe.ts';
import { type Sampler, startSampler } from '../../../src/probes/sampler.ts';
import type { SampleLine } from '../../../src/record/series.ts';
import { handClock, settle } from './hand-clock.ts';

const start = 1_700_000_000_400;
const second = (n: number) => 1_700_000_000_000 + n * 1000;
let sampler: Sampler | undefined;

afterEach(async () => {
  await sampler?.stop().catch(() => undefined);
  sampler = undefined;
});

function sampling(probes: readonly Probe[], signal?: AbortSignal) {
  const clock = handClock(start);
  const lines: SampleLine[] = [];
  const onSample = (line: SampleLine) => void lines.push(line);
  sampler = startSampler({ probes, clock, onSample, ...(signal === undefined ? {} : { signal }) });
  const of = (name: string) => lines.filter(({ probe }) => probe === name);
  return { clock, lines, of, sampler };
}

function probe(name: string, read: Probe['read'], timeoutMs = 1_900): Probe {
  return { name, timeoutMs, read, notes: () => [], close: async () => undefined };
}

const steady = () => probe('steady', async () => ({ value: 1 }));

describe('the sampler', () => {
  it('reads each probe once for each whole second', async () => {
    const { clock, of } = sampling([steady(), probe('other', async () => ({ value: 2 }))]);
    await clock.advance(3_000);
    expect(of('steady').map(({ t }) => t)).toEqual([second(1), second(2), second(3)]);
    expect(of('other').map(({ t }) => t)).toEqual([second(1), second(2), second(3)]);
    expect(of('other')[0]).toMatchObject({ outcome: 'ok', values: { value: 2 } });
  });

  it('records the seconds in which a reading still runs as late, and the reading under its own second', async () => {
    let answer: (values: Record<string, number>) => void = () => undefined;
    const slow = probe('slow', () => new Promise((resolve) => (answer = resolve)), 60_000);
    const { clock, of } = sampling([slow, steady()]);
    await clock.advance(2_900);
    answer({ value: 7 });
    await settle();
    expect(of('slow').map(({ t, outcome, tookMs }) => [t, outcome, tookMs])).toEqual([
      [second(2), 'late', 1_000],
      [second(3), 'late', 2_000],
      [second(1), 'ok', 2_300],
    ]);
    expect(
      of('slow')
        .filter(({ outcome }) => outcome === 'late')
        .every(({ values }) => values === undefined),
    ).toBe(true);
    expect(of('steady')).toHaveLength(3);
  });

  it('never has two readings of one probe under way, not even when the first ignores its timeout', async () => {
    let running = 0;
    let most = 0;
    const deaf = probe(
      'deaf',
      () => {
        running += 1;
        most = Math.max(most, running);
        return new Promise(() => undefined);
      },
      10,
    );
    const { clock, of } = sampling([deaf, steady()]);
    await clock.advance(1_000);
    await vi.waitFor(() => expect(of('deaf')).toHaveLength(1));
    await clock.advance(3_000);
    expect(of('deaf').map(({ outcome }) => outcome)).toEqual(['failed', 'late', 'late', 'late']);
    expect(of('deaf')[0]?.error).toBe('no answer within 10 ms');
    expect(most).toBe(1);
    expect(of('steady')).toHaveLength(4);
  });

  it('records a failure with its reason, without values and without the password', async () => {
    const broken = probe('broken', async () => {
      throw new Error('cannot reach mysql://root:secret@127.0.0.1:3306/shop\nand more');
    });
    const { clock, of } = sampling([broken]);
    await clock.advance(1_000);
    expect(of('broken')[0]).toMatchObject({
      outcome: 'failed',
      error: 'cannot reach mysql://root:***@127.0.0.1:3306/shop',
    });
    expect(of('broken')[0]?.values).toBeUndefined();
  });

  it('says so when loadkit itself was held up', async () => {
    const { clock, of } = sampling([steady()]);
    await clock.advance(1_000);
    await clock.jump(3_000);
    await clock.advance(1_000);
    expect(of('steady').map(({ t, outcome }) => [t, outcome])).toEqual([
      [second(1), 'ok'],
      [second(2), 'late'],
      [second(3), 'late'],
      [second(4), 'ok'],
      [second(5), 'ok'],
    ]);
  });

  it('waits at the end for the readings that run, and starts none afterwards', async () => {
    let answer: (values: Record<string, number>) => void = () => undefined;
    const slow = probe('slow', () => new Promise((resolve) => (answer = resolve)), 60_000);
    const { clock, of, sampler } = sampling([slow]);
    await clock.advance(1_000);
    const stopped = sampler.stop();
    answer({ value: 1 });
    await stopped;
    await clock.advance(5_000);
    expect(of('slow')).toMatchObject([{ t: second(1), outcome: 'ok' }]);
  });

  it('leaves no line of a reading that an abort has cut', async () => {
    const controller = new AbortController();
    const cut = probe('cut', (signal) => new Promise((_, reject) => signal.addEventListener('abort', reject)), 60_000);
    const { clock, lines, sampler } = sampling([cut], controller.signal);
    await clock.advance(1_000);
    controller.abort();
    await sampler.stop();
    expect(lines).toEqual([]);
  });

  it('ends, and rejects at stop, when a line could not be kept', async () => {
    const clock = handClock(start);
    let asked = 0;
    const failing = startSampler({
      probes: [steady()],
      clock,
      onSample: () => {
        asked += 1;
        throw new Error('no space left');
      },
    });
    await clock.advance(3_000);
    await expect(failing.stop()).rejects.toThrow('no space left');
    expect(asked).toBe(1);
  });
});
