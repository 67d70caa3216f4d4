import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { faultOf, faults } from '../../../src/faults/registry.ts';
import { failureIds } from '../../../src/record/drill.ts';
import { serviceManifestSchema } from '../../../src/stack/service-manifest.ts';

const manifestFile = fileURLToPath(new URL('../../../../reference-service/loadkit.json', import.meta.url));
const manifest = serviceManifestSchema.parse(JSON.parse(readFileSync(manifestFile, 'utf8')));

describe('the faults', () => {
  it('have names of their own, in kebab case, and a line each', () => {
    const ids = faults.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, about } of faults) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(about).toMatch(/^[^\n]{10,100}$/);
    }
  });

  it('cover every row of section 4, after one placebo', () => {
    expect(faults.filter(({ failure }) => failure === null).map(({ id }) => id)).toEqual(['none']);
    expect(faults[0]?.id).toBe('none');
    for (const row of failureIds) expect(faults.filter(({ failure }) => failure === row).length).toBeGreaterThan(1);
  });

  it('ask for settings that the service has, with values that it takes', () => {
    for (const { set } of faults) {
      for (const [name, value] of Object.entries(set)) {
        expect(manifest.settings).toHaveProperty(name);
        const { values } = manifest.settings[name] ?? {};
        if (values !== undefined) expect(values).toContain(value);
      }
    }
  });

  it('that try a mitigation name it, and the fault of the same row without it', () => {
    for (const fault of faults) {
      expect(fault.mitigates === undefined).toBe(fault.mitigation === undefined);
      if (fault.mitigates !== undefined) expect(faultOf(fault.mitigates).failure).toBe(fault.failure);
    }
  });

  it('of which one is unknown are listed, with the nearest', () => {
    expect(() => faultOf('lock-orphn')).toThrow(
      expect.objectContaining({
        code: 'fault-unknown',
        message: 'unknown fault "lock-orphn"',
        hint: expect.stringMatching(/^did you mean "lock-orphan"\?\nthere are: none, lock-orphan, /),
        exitCode: 2,
      }),
    );
  });
});
