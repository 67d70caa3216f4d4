import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { analyze } from '../../../src/analyze/registry.ts';
import { findingSchema } from '../../../src/record/run-record.ts';
import { builtLoad, builtRecord, builtSeries } from '../judge/built-run.ts';

const input = { ...builtRecord(), load: builtLoad(), series: builtSeries({}) };

describe('the analyzers', () => {
  it('each leave one finding', () => {
    const ids = analyze(input).map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual(['generator', 'measurement', 'probe-gap']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('stop none of the others when one throws', () => {
    const torn = {
      ...input,
      get parts(): never {
        throw new Error('torn record');
      },
    };
    const [first, ...others] = analyze(torn);
    expect(first).toMatchObject({ id: 'generator', outcome: 'error', detail: { message: 'torn record' } });
    expect(others.length).toBeGreaterThanOrEqual(2);
    // The only other one that asks for the parts.
    expect(others.filter(({ outcome }) => outcome === 'error').map(({ id }) => id)).toEqual(['bottleneck']);
  });

  it('leave nothing that a record cannot hold, of a service without a known ceiling too', () => {
    const series = builtSeries({ 'process_cpu_cores{process:shop}': () => 0.4, redis_ping_ms: () => Number.NaN });
    const findings = analyze({ ...input, series });
    expect(z.array(findingSchema).parse(JSON.parse(JSON.stringify(findings)))).toEqual(findings);
  });
});
