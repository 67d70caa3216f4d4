import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/faults/fault.ts';
import { faultOf, faults } from '../../../src/faults/registry.ts';
import { failureIds } from '../../../src/record/drill.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { serviceManifestSchema } from '../../../src/stack/service-manifest.ts';

const manifestFile = fileURLToPath(new URL('../../../../reference-service/loadkit.json', import.meta.url));
const templatesFolder = fileURLToPath(new URL('../../../../templates', import.meta.url));
const manifest = serviceManifestSchema.parse(JSON.parse(readFileSync(manifestFile, 'utf8')));

/** As `loadkit drill` takes them. */
const all: readonly Fault[] = faults;

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

  it.each(['ko', 'en'])('have a name, what happens and why in %s, and so has each mitigation', (lang) => {
    const { has } = loadSentences(templatesFolder, lang);
    const own = all.filter(({ failure }) => failure !== null);
    const wanted = own.flatMap(({ id, failure }) => [
      `fault.${id}`,
      ...['fault-what', 'incident-direct', 'incident-root'].map(
        (kind) => `${kind}.${id}${id === failure ? '-itself' : ''}`,
      ),
    ]);
    expect(wanted.filter((key) => !has(key))).toEqual([]);
    const mitigations = all.flatMap(({ mitigation }) => mitigation ?? []);
    const isNamed = (id: string) => ['mitigation', 'strategy'].some((kind) => has(`${kind}.${id}`));
    expect(mitigations.filter((id) => !isNamed(id))).toEqual([]);
  });

  it('that try a mitigation name it, and the fault of the same row without it, under the same load', () => {
    for (const fault of all) {
      expect(fault.mitigates === undefined).toBe(fault.mitigation === undefined);
      if (fault.mitigates === undefined) continue;
      const { failure, scenario, env, rate, fixture, holdMs, mitigation } = faultOf(fault.mitigates);
      expect(fault).toMatchObject({ failure, scenario, env, holdMs });
      expect([fault.rate, fault.fixture, undefined]).toEqual([rate, fixture, mitigation]);
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
