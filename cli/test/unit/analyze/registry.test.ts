import { describe, expect, it } from 'vitest';
import { analyze } from '../../../src/analyze/registry.ts';
import { builtLoad, builtRecord, builtSeries } from '../judge/built-run.ts';

const input = { load: builtLoad(), scenario: null, host: builtRecord().host, parts: [], series: builtSeries({}) };

describe('the analyzers', () => {
  it('each leave one finding', () => {
    expect(analyze(input).map(({ id }) => id)).toEqual(['generator', 'measurement', 'probe-gap']);
  });

  it('stop none of the others when one throws', () => {
    const torn = {
      ...input,
      get parts(): never {
        throw new Error('torn record');
      },
    };
    expect(analyze(torn)).toMatchObject([
      { id: 'generator', outcome: 'error', detail: { message: 'torn record' } },
      { id: 'measurement', outcome: 'ok' },
      { id: 'probe-gap' },
    ]);
  });
});
