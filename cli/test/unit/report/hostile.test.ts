import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { SeriesLine } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { formats } from '../../../src/report/format.ts';
import { annotations } from '../../../src/report/renderers/annotation.ts';
import { parseReportJson } from '../../../src/report/renderers/json.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { loadStart } from '../judge/built-run.ts';
import { couponRun, render, templatesFolder } from './built-report.ts';
import { poisoned } from './poisoned.ts';

const hostile =
  '<script>alert(1)</script><img src=x onerror="alert(2)"> | `x` ``` **b** [l](javascript:1) {{title}} ~~s~~ _i_ $m$ ' +
  '\u001B[31mred\u0007 &lt;i&gt; "q" \'a\' # \u202Eevil\n# next\r\n---\n' +
  '\u0000\uFFFE\uD800 ]]> @everyone ::error::x %0A '.repeat(2) +
  'x'.repeat(500);

const filled = couponRun({
  git: { commit: 'c'.repeat(40), branch: 'main', dirty: true },
  set: { [hostile]: 'x' },
  fixture: { [hostile]: 'x' },
  drain: { drained: false, tookMs: 1, limitMs: 1, left: { [hostile]: 3 } },
  errors: [{ code: 'x', message: 'x', hint: null }],
  probeNotes: { [hostile]: ['x'] },
  parts: [{ name: 'x', product: 'x', version: 'x', origin: 'x', settings: { [hostile]: 'x' } }],
  invariants: [{ id: 'x', outcome: 'undetermined', violations: null, evidence: { [hostile]: 3 }, reason: 'x' }],
  judgement: {
    thresholds: [
      {
        source: 'k6',
        metric: 'x',
        expression: 'x',
        level: 'warn',
        outcome: 'no-data',
        observed: 1,
        samples: 2,
        reason: 'x',
      },
    ],
    findings: [
      {
        id: 'generator',
        outcome: 'problem',
        confidence: 'high',
        evidence: [{ metric: 'x', from: 1, to: 2, value: 3, unit: 'x', comparedWith: { value: 4, what: 'x' } }],
        detail: { rule: 'generator', [hostile]: 'x' },
        ruledOut: [{ id: 'x', values: { [hostile]: 'x' } }],
        surer: [{ id: 'x', values: { [hostile]: 'x' } }],
      },
    ],
    verdict: {
      name: 'FAIL',
      exitCode: 99,
      reasons: [
        { id: 'x', values: { [hostile]: 'x' } },
        { id: 'part-died', values: { process: 'x', detail: 'x' } },
      ],
    },
  },
}).record;

const lines: SeriesLine[] = [
  {
    kind: 'load',
    t: loadStart + 1_000,
    from: loadStart,
    instance: 0,
    counters: { 'http_reqs{expected_response:true,name:<b>|x|</b>,status:<i>}': 3 },
    gauges: {},
    histograms: {},
  },
  { kind: 'sample', t: loadStart + 1_000, probe: hostile, outcome: 'failed', tookMs: 1, error: hostile },
  { kind: 'event', t: loadStart + 1_000, name: 'process-exited', subject: hostile, detail: hostile },
  { kind: 'event', t: loadStart + 2_000, name: hostile, subject: hostile, detail: hostile },
];
const { record, places } = poisoned(filled, hostile);
const run = { record, series: indexSeries(lines) };

it('the record of a stranger has its text in every field', () => {
  expect(places).toEqual(
    expect.arrayContaining([
      'id',
      'command.0',
      'timeZone',
      'host.cpuModel',
      'git.branch',
      'scenario.name',
      'scenario.shape',
      'scenario.file',
      'scenario.endpoints.0.label',
      'parts.0.version',
      'errors.0.message',
      'invariants.0.reason',
      'judgement.thresholds.0.metric',
      'judgement.findings.0.detail.rule',
      'judgement.findings.0.evidence.0.metric',
      'judgement.findings.0.ruledOut.0.id',
      'judgement.verdict.reasons.1.values.process',
    ]),
  );
});

describe.each(['ko', 'en'] as const)('strings of strangers in %s', (lang) => {
  it('are no markup in HTML', () => {
    const text = render([run], lang, 'html');
    const elements = (html: string) => new Set([...html.matchAll(/<\/?([a-z!]\w*)/gi)].map(([, name]) => name));
    const own = elements(render([couponRun()], lang, 'html'));
    // Of findings and of what charts mark, which a run without trouble has none of.
    for (const name of ['article', 'h3', 'h4', 'label', 'input']) own.add(name);
    expect([...elements(text)].filter((name) => !own.has(name))).toEqual([]);
    expect(text).not.toMatch(/<[^>]*\son\w+=/i);
    expect(text).toContain('&lt;script&gt;');
  });

  it('are no markup in Markdown and do not break a table', () => {
    const text = render([run], lang, 'md');
    // A block of code shows every sign as itself.
    const prose = text.replace(/^(`{3,})sh\n.*\n\1$/gm, '');
    for (const sign of [/(?<!\\)<(script|img|b|i|\/)/, /(?<!\\)\*\*b/, /(?<!\\)\[l/, /(?<!\\)`/, /(?<!\\)~~s/]) {
      expect(prose).not.toMatch(sign);
    }
    expect(prose).not.toMatch(/(?<![\\\p{L}])_i_|(?<!\\)\$m|&lt;i/u);
    for (const table of prose.split('\n\n').filter((block) => block.startsWith('|'))) {
      const bars = table.split('\n').map((line) => line.replaceAll('\\|', '').split('|').length);
      expect(new Set(bars).size).toBe(1);
    }
  });

  it('begin no line of their own, control no terminal and turn no line around', () => {
    for (const format of formats) {
      const text = render([run], lang, format);
      expect(text).not.toMatch(/^# next|^next/m);
      for (const char of ['\u001B', '\u0007', '\u202E', '\u0000', '\uD800']) expect(text).not.toContain(char);
    }
  });

  it('are text and nothing else in XML', () => {
    const text = render([run], lang, 'junit');
    expect(XMLValidator.validate(text)).toBe(true);
    const own = new Set(['?xml', 'testsuites', 'testsuite', 'properties', 'property', 'testcase']);
    for (const name of ['failure', 'error', 'skipped', 'system-out']) own.add(name);
    const found = [...text.matchAll(/<\/?([?\w-]+)/g)].map(([, name]) => name ?? '');
    expect(found.filter((name) => !own.has(name))).toEqual([]);
    // XML 1.0 has no way to write these, escaped or not.
    expect([...text].filter((char) => /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(char))).toEqual(
      [],
    );
    expect(text).toContain('&lt;script&gt;');
  });

  it('are strings and nothing else in JSON', () => {
    const [{ scenario, thresholds } = { scenario: null, thresholds: [] }] = parseReportJson(
      render([run], lang, 'json'),
    ).runs;
    expect(scenario?.name).toContain('<script>alert(1)</script>');
    expect(thresholds).toHaveLength(1);
  });

  it('are one line of the summary and one command of GitHub each', () => {
    expect(render([run], lang, 'summary').trimEnd().split('\n')).toHaveLength(1);
    const lines = annotations([run], lang, loadSentences(templatesFolder, lang));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^::(error|warning) title=[^:,\r\n]*::[^\r\n]*$/);
  });

  it('are never taken for a template', () => {
    for (const format of ['md', 'html', 'json', 'junit'] as const) {
      expect(render([run], lang, format)).toContain('{{title}}');
    }
  });
});

it('text that begins like a list, a heading, a quote or a fence begins a plain line', () => {
  const starts = ['# a', '> a', '- a', '+ a', '1. a', '2)', '---', '===', '    a', '~~~', '```'];
  const text = render([couponRun({ errors: [], probeNotes: {} }), ...starts.map(named)], 'ko', 'md');
  const begun = text.split('\n').filter((line) => /^(\s{4}|>|\+|={3}|~{3}|\d+[.)](\s|$))/.test(line));
  expect(begun).toEqual([]);
  expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1);
});

function named(name: string) {
  const { scenario } = couponRun().record;
  return couponRun({ id: name, scenario: scenario === null ? null : { ...scenario, name } });
}

it('show no password', () => {
  const message = 'no answer from redis://app:hunter2@10.0.0.1';
  for (const format of ['md', 'html'] as const) {
    const text = render([couponRun({ errors: [{ code: 'x', message, hint: null }] })], 'ko', format);
    expect(text).toContain('redis://app:');
    expect(text).not.toContain('hunter2');
  }
});

it('a command with backticks is shown as it was typed', () => {
  const command = ['loadkit', 'run', 'coupon', '-e', 'A=```x```'];
  expect(render([couponRun({ command })], 'ko', 'md')).toContain("````sh\nloadkit run coupon -e 'A=```x```'\n````");
});
