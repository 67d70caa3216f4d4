import { expect } from 'vitest';
import { parseMetricKey } from '../../../src/record/metric-key.ts';
import type { FindingDraft } from '../../../src/record/run-record.ts';
import { detailValues } from '../../../src/report/detail-format.ts';
import { findingAction, findingSentence, findingTitle } from '../../../src/report/finding-sentence.ts';
import { numberFormat } from '../../../src/report/number-format.ts';
import { loadSentences, namesIn } from '../../../src/report/sentences.ts';
import { loadStart } from '../judge/built-run.ts';
import { templatesFolder } from '../report/built-report.ts';

const speeches = (['ko', 'en'] as const).map((lang) => {
  const sentences = loadSentences(templatesFolder, lang);
  return { ...sentences, name: namesIn(sentences), format: numberFormat(lang) };
});

/** The finding as it stands, after it was said in both languages: nothing in it may lack its sentence or a figure. */
export function spoken(draft: FindingDraft): FindingDraft {
  const { ruledOut = [], surer = [], ...rest } = draft;
  const finding = { ...rest, ruledOut, surer };
  for (const speech of speeches) {
    expect(speech.has(`finding.${finding.id}`), finding.id).toBe(true);
    expect(speech.has(`finding.${finding.id}.${String(finding.detail.rule)}`), String(finding.detail.rule)).toBe(true);
    const action = findingAction(speech, finding, loadStart);
    if (finding.outcome === 'problem') expect(action, 'an action').not.toBeNull();
    const reasons = [
      ...finding.ruledOut.map((reason) => ['ruled-out', reason] as const),
      ...finding.surer.map((reason) => ['surer', reason] as const),
    ].map(([kind, { id, values }]) => {
      expect(speech.has(`${kind}.${id}`), id).toBe(true);
      return speech.say(`${kind}.${id}`, detailValues(speech, values, loadStart));
    });
    const compared = finding.evidence.flatMap(({ comparedWith }) => comparedWith ?? []);
    for (const { what } of compared) expect(speech.has(`compared.${what}`), what).toBe(true);
    const texts = [findingTitle(speech, finding), findingSentence(speech, finding, loadStart), action, ...reasons];
    expect(texts.join(' ')).not.toMatch(/NaN|undefined|Infinity|\{\{|—/);
  }
  for (const { metric, value, from, to } of finding.evidence) {
    expect(parseMetricKey(metric).name).not.toBe('');
    expect(Number.isFinite(value)).toBe(true);
    if (from !== null && to !== null) expect(to).toBeGreaterThan(from);
  }
  return finding;
}
