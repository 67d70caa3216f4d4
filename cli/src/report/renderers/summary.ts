import { hadNothingToCheck } from '../../record/invariant-scope.ts';
import { type ApiFigures, apiFigures, type ReportedRun } from '../api-figures.ts';
import { variantLine } from '../drill/drill-overview.ts';
import { variantsOf } from '../drill/drill-variant.ts';
import { drilledRuns } from '../drill/drilled-run.ts';
import { findingSentence } from '../finding-sentence.ts';
import { numberFormat } from '../number-format.ts';
import { shortText } from '../plain-text.ts';
import { bottleneckOf, toldFrom } from '../run-finding.ts';
import { namesIn, type Sentences } from '../sentences.ts';
import type { Renderer } from './renderer.ts';

/** One line a run, to be pasted into a chat: verdict, load, TPS, p95, failures, invariants, bottleneck. */
export const summary = {
  format: 'summary',
  render: (view, _templatesFolder, { runs, sentences }) =>
    runs.map((run) => `${shortText(line(run, view.lang, sentences), mostOfLine)}\n`).join(''),
} satisfies Renderer;

const mostOfLine = 500;
const mostOfName = 60;
const mostOfBottleneck = 200;

function line(run: ReportedRun, lang: 'ko' | 'en', sentences: Sentences): string {
  const { record } = run;
  const { say } = sentences;
  const verdict = record.judgement?.verdict.name ?? null;
  const parts = [
    verdict === null ? say('verdict.not-judged') : `${verdict} (${say(`verdict.${verdict}`)})`,
    shortText(record.scenario?.name ?? record.id, mostOfName),
    ...(record.scenario === null ? [] : [shortText(record.scenario.shape, mostOfName)]),
    ...drilled(run, lang, sentences),
    ...figures(apiFigures(run), lang, sentences),
    invariants(run, sentences),
    bottleneck(run, lang, sentences),
  ];
  return parts.join(' · ');
}

/** What was broken, its level, and after how long it was noticed and repaired. */
function drilled(run: ReportedRun, lang: 'ko' | 'en', sentences: Sentences): string[] {
  const { say, has } = sentences;
  const speech = { say, has, name: namesIn(sentences), format: numberFormat(lang) };
  return variantsOf(drilledRuns([run])).map((variant) => shortText(variantLine(speech, variant), mostOfBottleneck));
}

/** Of several APIs the sum, and the slowest of them. */
function figures(all: readonly ApiFigures[], lang: 'ko' | 'en', { say }: Sentences): string[] {
  const format = numberFormat(lang);
  const apis = all.filter(({ kind }) => kind === 'total');
  const counted = apis.length > 0 ? apis : all;
  if (counted.length === 0) return [say('summary.no-figures')];
  const slowest = [...counted].sort((a, b) => (b.expected?.p95Ms ?? -1) - (a.expected?.p95Ms ?? -1))[0];
  const p95 = slowest?.expected?.p95Ms ?? null;
  const about = slowest?.expected?.approximate === true ? '≈ ' : '';
  const of =
    counted.length > 1 && slowest !== undefined && p95 !== null ? ` (${shortText(slowest.label, mostOfName)})` : '';
  return [
    format.rate(sum(counted.map(({ perSecond }) => perSecond))),
    `p95 ${about}${format.time(p95)}${of}`,
    say('summary.failed', { share: format.share(failedShare(counted)) }),
  ];
}

function failedShare(apis: readonly ApiFigures[]): number | null {
  const [only] = apis;
  if (apis.length === 1 && only !== undefined) return only.failureRate;
  const requests = sum(apis.map(({ outcomes }) => outcomes?.requests ?? null));
  const failed = sum(apis.map(({ outcomes }) => outcomes?.failed ?? null));
  return requests === null || failed === null || requests === 0 ? null : failed / requests;
}

function invariants({ record }: ReportedRun, { say }: Sentences): string {
  const checked = record.invariants.filter((invariant) => !hadNothingToCheck(invariant));
  if (checked.length === 0) return say('summary.no-invariants');
  const held = checked.filter(({ outcome }) => outcome === 'held').length;
  return say('summary.invariants', { held, all: checked.length });
}

function bottleneck({ record }: ReportedRun, lang: 'ko' | 'en', sentences: Sentences): string {
  const found = bottleneckOf(record);
  if (found === null) return sentences.say('summary.no-bottleneck');
  const { say, has } = sentences;
  const speech = { say, has, name: namesIn(sentences), format: numberFormat(lang) };
  const text = findingSentence(speech, found, toldFrom(record));
  return say('summary.bottleneck', { text: shortText(text, mostOfBottleneck) });
}

/** Null when one of them is not known: a part is no sum. */
function sum(values: ReadonlyArray<number | null>): number | null {
  return values.reduce((total, value) => (total === null || value === null ? null : total + value), 0);
}
