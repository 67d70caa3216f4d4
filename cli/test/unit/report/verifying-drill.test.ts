import { expect, it } from 'vitest';
import { faults } from '../../../src/faults/registry.ts';
import { faultText } from '../../../src/report/drill/fault-text.ts';
import { verifyingDrill, verifyingDrills } from '../../../src/report/incident/verifying-drill.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { builtDrill } from './built-drill.ts';
import { templatesFolder } from './built-report.ts';

const fixes = verifyingDrills['incident-fix'];

it('are drills that there are, of faults that there are', () => {
  const ids = faults.map(({ id }) => id as string);
  for (const drills of Object.values(verifyingDrills)) {
    expect(ids).toEqual(expect.arrayContaining([...Object.keys(drills), ...Object.values(drills).flat()]));
  }
});

it('are of each fault those that are the same once more with a mitigation', () => {
  const twins = faults.flatMap(({ id, mitigates }) => (mitigates === undefined ? [] : [{ id, mitigates }]));
  expect(twins.length).toBeGreaterThan(5);
  for (const { id, mitigates } of twins) expect(verifyingDrill({ fault: mitigates }, 'incident-fix')).toContain(id);
});

it.each(['ko', 'en'] as const)('are named by the sentence of the action, in %s', (lang) => {
  const sentences = loadSentences(templatesFolder, lang);
  for (const { id, failure } of faults.filter(({ id }) => Object.hasOwn(fixes, id))) {
    const text = faultText(sentences, builtDrill({ fault: id, failure }), 'incident-fix');
    for (const drill of verifyingDrill({ fault: id }, 'incident-fix').filter((one) => one !== id)) {
      expect(text, id).toContain(drill);
    }
  }
});

it('is the same drill again otherwise', () => {
  expect(verifyingDrill({ fault: 'redis-latency' }, 'incident-fix')).toEqual(['redis-latency']);
  expect(verifyingDrill({ fault: 'constructor' }, 'incident-temporary')).toEqual(['constructor']);
});
