import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { reasonValues } from '../../../src/judge/reason.ts';
import { noticeIds } from '../../../src/pipeline/foreign-script.ts';
import { drillPhaseNames, hurtNames, levels, momentsSchema } from '../../../src/record/drill.ts';
import { verdictNames } from '../../../src/record/run-record.ts';
import { damages } from '../../../src/report/drill/drill-damage.ts';
import { faultTexts } from '../../../src/report/drill/fault-text.ts';
import { failureKinds } from '../../../src/report/failure-measure.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { horizons, strategies } from '../../../src/report/strategy.ts';
import { templatesFolder } from './built-report.ts';

const sourceFolder = fileURLToPath(new URL('../../../src/', import.meta.url));
const sentences = (lang: string): Record<string, string> =>
  Object.assign(
    {},
    ...readdirSync(join(templatesFolder, lang))
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(templatesFolder, lang, name), 'utf8'))),
  );

/** Keys of these kinds are put together at run time. */
const dynamic = new RegExp(
  `^(${[
    ...['verdict', 'meaning', 'reason', 'invariant', 'invariant-outcome', 'why', 'rule', 'threshold', 'model'],
    ...['model-note', 'split-note', 'event', 'status', 'impact', 'evidence', 'generator', 'column', 'kind', 'figure'],
    ...[
      'notice',
      'finding',
      'finding-outcome',
      'confidence',
      'confidence-level',
      'action',
      'ruled-out',
      'surer',
      'compared',
      'component',
    ],
    ...['resource', 'advice', 'remedy', 'next', 'next-action', 'next-evidence', 'topic', 'level', 'failure'],
    ...['failure-impact', 'failure-ttd', 'failure-ttr', 'measured', 'strategy', 'strategy-text', 'applied', 'horizon'],
    ...['chart', 'chart-unit', 'chart-line', 'chart-mark', 'page', 'clause', 'by', 'plain', 'mitigation-text'],
    ...['drill-level', 'drill-moment', 'drill-phase', 'damage', 'signal', 'mitigation', 'fault', 'fault-what', 'alarm'],
    ...['channel', 'reverted-by', 'undone', 'incident-at', 'incident-direct', 'incident-root', 'incident-contributing'],
    ...['level-rule', 'level-scope', 'hurt', 'repair-skipped', 'signal-subject', 'fact', 'undone-kind'],
    ...['incident-sooner', 'incident-temporary', 'incident-fix', 'incident-limit', 'incident-lesson'],
  ].join('|')})\\.`,
);

describe('the sentences', () => {
  it('have the same keys and the same placeholders in both languages', () => {
    const [ko, en] = [sentences('ko'), sentences('en')];
    expect(Object.keys(ko).sort()).toEqual(Object.keys(en).sort());
    const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
    for (const [key, text] of Object.entries(ko)) expect(placeholders(en[key] ?? ''), key).toEqual(placeholders(text));
  });

  it.each(['ko', 'en'])('in %s know every verdict, reason, invariant and rule that the code can name', (lang) => {
    const { has } = loadSentences(templatesFolder, lang);
    const wanted = [
      ...verdictNames.flatMap((name) => [`verdict.${name}`, `meaning.${name}`]),
      ...Object.keys(reasonValues).flatMap((id) => [`reason.${id}`, `remedy.${id}`]),
      ...idsIn('invariants', /\bid: '([a-z-]+)'/g).flatMap((id) => [
        `invariant.${id}`,
        `impact.${id}`,
        `remedy.invariant-violated.${id}`,
      ]),
      ...idsIn('stack', /name: '(process-[a-z]+)'/g).map((id) => `event.${id}`),
      ...idsIn('judge', /missing(?:\(|: )'([a-z-]+)'/g).map((id) => `why.${id}`),
      ...idsIn('judge', /missing: ((?:'[a-z-]+'(?: \| )?)+)/g).flatMap((union) =>
        quotedIn(union).map((id) => `why.${id}`),
      ),
      ...idsIn('judge', /reason: .*'(broken-[a-z]+)'/g).map((id) => `why.${id}`),
      ...idsIn('judge', /reason: '(stopped-[a-z]+)'/g).map((id) => `why.${id}`),
      ...idsIn('judge', /why \?\? '([a-z]+)'/g).map((id) => `why.${id}`),
      ...idsIn('invariants', /undetermined\('([a-z-]+)'/g).map((id) => `why.${id}`),
      ...idsIn('invariants', /^ {2}if \(.*\) return '([a-z-]+)';$/gm).map((id) => `why.${id}`),
      ...noticeIds.map((id) => `notice.${id}`),
      ...['too-short', 'not-watched'].map((id) => `generator.${id}`),
      ...idsIn('analyze', /^export type GeneratorRule = (.*);$/gm).flatMap((union) =>
        quotedIn(union).flatMap((id) => [`rule.${id}`, `finding.generator.${id}`, `action.generator.${id}`]),
      ),
      ...failureKinds.flatMap(({ id, level }) => [
        ...['failure', 'failure-impact', 'failure-ttd', 'failure-ttr'].map((kind) => `${kind}.${id}`),
        `level.${level}`,
      ]),
      ...strategies.flatMap(({ id }) => [`strategy.${id}`, `strategy-text.${id}`]),
      ...horizons.map((id) => `horizon.${id}`),
      ...drillPhaseNames.map((name) => `drill-phase.${name}`),
      ...levels.map((level) => `drill-level.${level}`),
      ...Object.keys(momentsSchema.shape).map((id) => `drill-moment.${id}`),
      ...damages.map((id) => `damage.${id}`),
      ...hurtNames.flatMap((id) => [`hurt.${id}`, `plain.recovered-${id}`, `plain.not-recovered-${id}`]),
      ...faultTexts.map((kind) => `${kind}.any`),
    ];
    for (const derived of ['reason.probe-gap', 'impact.over-issue', 'event.process-lost', 'rule.sockets', 'why.gap']) {
      expect(wanted).toContain(derived);
    }
    for (const derived of ['why.broken-for', 'why.late', 'why.timeout', 'why.unknown', 'finding.generator.memory']) {
      expect(wanted).toContain(derived);
    }
    expect([...new Set(wanted)].filter((key) => !has(key))).toEqual([]);
  });

  it.each(['ko', 'en'])(
    'in %s know every finding that an analyzer can make, and what to do about a problem',
    (lang) => {
      const { has } = loadSentences(templatesFolder, lang);
      const wanted = analyzerTexts().flatMap(({ id, text }) => [
        `finding.${id}`,
        ...rulesIn(text).map((rule) => `finding.${id}.${rule}`),
        ...[...text.matchAll(/outcome: 'problem',[^}]*detail: \{[^}]*rule: '([a-z-]+)'/g)].map(
          ([, rule]) => `action.${id}.${rule}`,
        ),
      ]);
      for (const derived of ['finding.event-loop.saturated', 'finding.kafka-lag.growing', 'finding.bottleneck.named']) {
        expect(wanted).toContain(derived);
      }
      expect([...new Set(wanted)].filter((key) => !has(key))).toEqual([]);
    },
  );

  it.each(['ko', 'en'])('in %s say nothing of findings that no analyzer makes', (lang) => {
    const ids = analyzerTexts().map(({ id }) => id);
    const code = [...sourceTexts('analyze'), ...sourceTexts('stats')].join('\n');
    const stray = Object.keys(sentences(lang)).filter((key) => {
      const [kind, id = '', rule] = key.split('.');
      if (kind !== 'finding' && kind !== 'action') return false;
      const plain = rule?.replace(/-step$/, '');
      const isKnown = plain === undefined || ['ok', 'problem', 'insufficient-data'].includes(plain);
      return !ids.includes(id) || !(isKnown || code.includes(`'${plain}'`));
    });
    expect(stray).toEqual([]);
  });

  it('in Korean put no unit behind a figure that brings its own', () => {
    const doubled =
      /(?:Ms|Share|Count|Bytes|Cores|Seconds|PerSecond|At)\}\}(?:건|ms|밀리초|초|%|코어|바이트)|초당 \{\{\w*PerSecond/;
    expect(Object.entries(sentences('ko')).filter(([, text]) => doubled.test(text))).toEqual([]);
  });

  it.each(['ko', 'en'])('in %s are each used somewhere', (lang) => {
    const code = ['report', 'pipeline', 'commands'].flatMap(sourceTexts).join('\n');
    const unused = Object.keys(sentences(lang)).filter((key) => !dynamic.test(key) && !code.includes(`'${key}'`));
    expect(unused).toEqual([]);
  });
});

function sourceTexts(folder: string): string[] {
  return readdirSync(join(sourceFolder, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(sourceFolder, folder, name), 'utf8'));
}

function idsIn(folder: string, pattern: RegExp): string[] {
  return sourceTexts(folder).flatMap((text) => [...text.matchAll(pattern)].map(([, id]) => id ?? ''));
}

function quotedIn(text: string): string[] {
  return [...text.matchAll(/'([a-z][a-z-]*)'/g)].map(([, id]) => id ?? '');
}

/** The files that hold an analyzer, by its id. */
function analyzerTexts(): Array<{ id: string; text: string }> {
  return sourceTexts('analyze').flatMap((text) => {
    if (!/satisfies Analyzer</.test(text)) return [];
    const id = /^const id = '([a-z-]+)'/m.exec(text)?.[1] ?? /^ {2}id: '([a-z-]+)'/m.exec(text)?.[1];
    return id === undefined ? [] : [{ id, text }];
  });
}

/** As a detail, as the first argument of what makes a finding or a symptom, as a union that is one, or what finds one. */
function rulesIn(text: string): string[] {
  const makers = [...text.matchAll(/(?:function|const) (\w+)(?: = )?\(\s*rule: string/g)].map(([, name]) => name ?? '');
  const calls = new RegExp(`\\b(?:insufficient|${['-', ...makers].join('|')})\\((?:id, )?('[a-z-]+')`, 'g');
  return [
    ...[...text.matchAll(/\brule: ((?:[^,}\n]|\n\s+[?:])*)/g)].map(([, value]) => value ?? ''),
    ...[...text.matchAll(calls)].map(([, value]) => value ?? ''),
    ...[...text.matchAll(/\btype \w*Rule = ([^;]*);/g)].map(([, value]) => value ?? ''),
    ...[...text.matchAll(/^function (?:rule|\w+Rule)(?!d)\w*\([\s\S]*?\n\}/gm)].map(([value]) => value),
  ].flatMap((value) => quotedIn(value.replace(/=== '[a-z-]+'/g, '')));
}
