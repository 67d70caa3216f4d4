import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startSampler } from '../../../src/probes/sampler.ts';
import { type SampleLine, sampleLineSchema } from '../../../src/record/series.ts';
import { LoadkitError } from '../../../src/system/error.ts';
import { anyName, anyNumber, everyExampleInTurn } from '../malformed.ts';
import { handClock } from './hand-clock.ts';

const values = fc.dictionary(anyName, anyNumber);
const failures = fc.constantFrom<unknown>(
  ...[new Error(''), new LoadkitError('x', 'gone'), new AggregateError([]), 'text', null, undefined, { message: 5 }, 0],
);

test('whatever a probe reads or throws is a line that can be read back', async () => {
  await everyExampleInTurn(
    fc.array(fc.oneof(values, failures), { minLength: 1, maxLength: 4 }),
    async (readings) => {
      const clock = handClock(1_700_000_000_400);
      const lines: SampleLine[] = [];
      let index = 0;
      const read = async (): Promise<Record<string, number>> => {
        const reading = readings[index % readings.length];
        index += 1;
        const isFailure =
          typeof reading !== 'object' || reading === null || reading instanceof Error || 'message' in reading;
        if (isFailure) throw reading;
        return Object.fromEntries(Object.entries(reading).map(([key, value]) => [key, Number(value)]));
      };
      const probe = { name: 'any', timeoutMs: 1_900, read, notes: () => [], close: async () => undefined };
      const sampler = startSampler({ probes: [probe], clock, onSample: (line) => lines.push(line) });
      await clock.advance(readings.length * 1_000);
      await sampler.stop();
      expect(lines).toHaveLength(readings.length);
      for (const line of lines) {
        expect(sampleLineSchema.safeParse(JSON.parse(JSON.stringify(line))).success).toBe(true);
        if (line.outcome === 'failed') expect(line.error).not.toMatch(/^$|\[object /);
      }
    },
    0.5,
  );
});
