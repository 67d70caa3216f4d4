import { describe, expect, it } from 'vitest';
import { metricKey } from '../../../src/record/metric-key.ts';
import type { RunRecord } from '../../../src/record/run-record.ts';
import type { LoadLine } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { terminalSummary } from '../../../src/report/renderers/terminal.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { builtLoad, builtRecord, loadStart } from '../judge/built-run.ts';
import { couponRun, render, templatesFolder } from './built-report.ts';

type Scenario = NonNullable<RunRecord['scenario']>;
type Load = NonNullable<RunRecord['load']>;

const theirs: Scenario = {
  ...{ name: 'theirs', file: 'theirs.js', sha256: 'a'.repeat(64), profile: null, seed: null, model: 'closed' },
  ...{ shape: '1 VU · 10s', plannedMs: 10_000, maxVus: 1, options: {}, parameters: {}, endpoints: [] },
  ...{ foreign: true, strict: false, flags: [] },
};
const histogram = { scale: 3, offset: 10, counts: [1], zeroCount: 0, count: 1, sum: 3, min: 3, max: 3 };

interface Given {
  readonly load?: Partial<Load>;
  readonly record?: Partial<RunRecord>;
  readonly scenario?: Partial<Scenario>;
  /** Requests by name; each took 3 ms. */
  readonly requests?: Readonly<Record<string, number>>;
  readonly line?: Partial<LoadLine>;
}

function theirRun({ load = {}, record = {}, scenario = {}, requests = {}, line = {} }: Given): ReportedRun {
  const entries = Object.entries(requests);
  const tags = (name: string) => ({ name, status: '200', expected_response: 'true' });
  const lines: LoadLine[] = [
    {
      ...{ kind: 'load', t: loadStart + 1_000, from: loadStart, instance: 0, gauges: {} },
      counters: Object.fromEntries(entries.map(([name, count]) => [metricKey('http_reqs', tags(name)), count])),
      histograms: Object.fromEntries(
        entries.map(([name, count]) => [
          metricKey('http_req_duration', tags(name)),
          { ...histogram, counts: [count], count, sum: 3 * count },
        ]),
      ),
      ...line,
    },
  ];
  const verdict = { name: 'PASS', exitCode: 0, reasons: [] } as const;
  const built = builtRecord({
    scenario: { ...theirs, ...scenario },
    invariants: [],
    load: builtLoad({ summary: null, ...load }),
    judgement: { thresholds: [], findings: [], verdict: { ...verdict, reasons: [] } },
    ...record,
  });
  return { record: built, series: indexSeries(lines) };
}

const report = (given: Given, lang: 'ko' | 'en' = 'en') => render([theirRun(given)], lang, 'md');
const times = (n: number, nameOf: (i: number) => string) =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [nameOf(i), i + 1]));

describe('the table of a script that is not ours', () => {
  it('has a column for all requests with k6’s own figures, and one for each name without what URLs share', () => {
    const text = report({
      requests: { 'http://127.0.0.1:1/a': 3, 'http://127.0.0.1:1/': 2 },
      load: {
        summary: {
          http_reqs: { count: 7, rate: 3.5 },
          http_req_failed: { passes: 2, fails: 5, value: 0.25, rate: 0.25 },
          'http_req_duration{expected_response:true}': { avg: 1, max: 9, 'p(95)': 8 },
        },
      },
    });
    expect(text).toMatch(/\| Figure +\| All requests +\| +\/ +\| +\/a \|/);
    expect(text).toMatch(/Requests +\| +7 +\| +2 +\| +3 \|/);
    expect(text).toMatch(/Error rate +\| +25\.00% +\| +0\.00%/);
  });

  it('shows all requests beside a single name that does not hold them all', () => {
    const load = { summary: { http_reqs: { count: 90, rate: 9 } } };
    const text = report({ requests: { 'http://h/items/{}': 80 }, load });
    expect(text).toMatch(/Requests +\| +90 +\| +80 \|/);
    expect(report({ requests: { 'http://h/items/{}': 90 }, load })).toMatch(/Requests +\| +90 \|/);
  });

  it('never has more columns than a page shows, whatever names there are, and adds up', () => {
    const text = report({
      requests: times(100, (i) => `http://h/kind${String.fromCharCode(97 + (i % 26))}${'x'.repeat(i)}`),
    });
    const head = text.split('\n').find((line) => line.startsWith('| Figure'));
    expect(head?.split('|').length).toBeLessThanOrEqual(12);
    expect(head).toContain('other names');
  });

  it('has URLs of one API in one column', () => {
    const text = report({ requests: { ...times(40, (i) => `http://h/items/${i}?page=${i}`), 'http://h/login': 5 } });
    expect(text).toMatch(/\| Figure +\| All requests +\| +\/items\/\{\}\?\{\} +\| +\/login \|/);
    expect(text).toMatch(/Requests .*\| +820 +\| +5 \|/);
  });
});

describe('names without bound', () => {
  it('are told where the series was folded, with the cure', () => {
    const text = report({
      requests: times(100, (i) => `http://h/items/${i}`),
      load: { folded: { names: 10_000, atLeast: true, tags: ['user'], untagged: 7 } },
    });
    expect(text).toMatch(/more than 100 request names .*≥ 10,000 more are recorded by their pattern/);
    expect(text).toMatch(/tags: \{ name: '…' \} or http\.url/);
    expect(text).toContain('some series lack these: user');
    expect(text).toContain('7 requests went beyond');
  });

  it('are told where most names were asked for once', () => {
    const once = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`http://h/items/${i}`, 1]));
    expect(report({ requests: once })).toMatch(/Of 30 request names .* 30 were asked for only once/);
    expect(report({ requests: times(30, (i) => `api ${'x'.repeat(i)}`) })).not.toContain('request names');
  });
});

describe('what a script measured', () => {
  it('is read from the series where k6 left no summary', () => {
    const text = report({
      line: {
        counters: {
          'orders{tier:gold}': 4,
          'good.total{condition:nonzero}': 3,
          'good.total{condition:zero}': 1,
          'checks.total{check:is ok,condition:nonzero,group:::a}': 2,
          'checks.total{check:is ok,condition:zero,group:::a}': 1,
        },
        gauges: { level: 7 },
        histograms: { waiting: histogram, 'group_duration{group:::a}': histogram },
      },
      load: { units: { waiting: 'ms' } },
    });
    expect(text).toMatch(/good +\| Rate +\| 75\.00% \(3 \/ 4\)/);
    expect(text).toMatch(/level +\| Gauge +\| 7 \(least 7 · most 7\)/);
    expect(text).toMatch(/orders +\| Counter +\| 4 /);
    expect(text).toMatch(
      /waiting +\| Trend +\| average 3\.00ms · least 3\.00ms · p\(95\) ≈ 3\.00ms · most 3\.00ms · of 1 samples/,
    );
    expect(text).toMatch(/is ok +\| a +\| +2 \| +1 \| +66\.67%/);
    expect(text).toContain('k6 left no summary, so that the figures are those of the series');
  });

  it('stands in an order of ours, for k6’s has none', () => {
    const trend = { max: 9, 'p(99.9)': 8, med: 4, avg: 5, min: 1, 'p(90)': 7 };
    const text = report({ load: { summary: { basket: trend } } });
    expect(text).toContain('average 5 · least 1 · median 4 · p(90) 7 · p(99.9) 8 · most 9');
  });

  it('is cut where it is too much for a table, and what is left out is said', () => {
    const checks = Array.from({ length: 60 }, (_, i) => ({
      group: '',
      name: `check ${i}`,
      passes: 1,
      fails: i === 59 ? 1 : 0,
    }));
    const text = report({ load: { checks } });
    expect(text).toContain('| check 59 ');
    expect(text).toContain('10 more are not in this table');
  });
});

describe('caveats', () => {
  it('name whose verdict it is', () => {
    expect(report({})).toContain("verdict and exit code are k6's own");
    expect(report({ scenario: { strict: true } })).toContain("judged by loadkit's measure");
    expect(render([couponRun()], 'en', 'md')).not.toContain('Caveats');
  });

  it('repeat what the terminal said before the load, and the flags', () => {
    const notices = [
      { id: 'flags-replace-scenarios', values: { flags: '--vus 2' } },
      { id: 'host-allowed', values: { host: 'a.test', addresses: '10.0.0.1' } },
    ];
    const text = report({ record: { notices }, scenario: { flags: ['--vus', '2'] } }, 'ko');
    expect(text).toContain('--vus 2: 스크립트의 scenarios 전체를 대신한다');
    expect(text).toContain('a.test(10.0.0.1)');
    expect(text).toMatch(/k6 부하 옵션 +\| --vus 2/);
  });

  it('say what was left out of the series', () => {
    expect(report({ load: { notFinite: 4 } })).toContain('4 values that are no finite number');
  });
});

describe('requests that loadkit refused', () => {
  const refused = { name: 'http://10.0.0.1/', status: '0', error_code: '1110', expected_response: 'false' };
  const given: Given = {
    line: { counters: { [metricKey('http_reqs', refused)]: 5 } },
    load: { refused: { requests: 5, addresses: ['10.0.0.1'] } },
  };

  it('are told apart from those that failed, and hurt nobody', () => {
    const text = report(given);
    expect(text).toMatch(/refused by loadkit: not loopback +\| +5 \(100\.00%\)/);
    expect(text).not.toContain('did not get');
    expect(report({ ...given, line: { counters: {} } })).not.toContain('refused by loadkit: not loopback');
  });

  it('stand in the terminal with the reason', () => {
    const run = theirRun({
      ...given,
      record: {
        judgement: {
          thresholds: [],
          findings: [],
          verdict: {
            name: 'PASS',
            exitCode: 0,
            reasons: [{ id: 'requests-refused', values: { requests: 5, addresses: '10.0.0.1' } }],
          },
        },
      },
    });
    const lines = terminalSummary(run, loadSentences(templatesFolder, 'en')).join('\n');
    expect(lines).toContain('were refused by loadkit: 5 over HTTP, addresses: 10.0.0.1');
  });
});

describe('think time that nobody recorded', () => {
  it('is not called script time', () => {
    const text = report({
      requests: { a: 2 },
      load: {
        summary: {
          iteration_duration: { avg: 100, count: 2 },
          http_req_duration: { avg: 10, count: 2 },
          http_req_blocked: { avg: 0, count: 2 },
        },
      },
    });
    expect(text).toMatch(/Think time and the rest \(cannot be told apart\) +\| +90\.00%/);
    expect(text).toContain('cannot be told apart');
  });
});
