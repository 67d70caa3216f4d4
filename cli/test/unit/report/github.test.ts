import { describe, expect, it } from 'vitest';
import type { RunRecord, Verdict } from '../../../src/record/run-record.ts';
import { annotations } from '../../../src/report/renderers/annotation.ts';
import { jobSummary } from '../../../src/report/renderers/job-summary.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { couponRun, templatesFolder } from './built-report.ts';

const sentences = loadSentences(templatesFolder, 'en');
const judged = (
  name: Verdict['name'],
  exitCode: number,
  reasons: Verdict['reasons'] = [],
): Pick<RunRecord, 'judgement'> => ({
  judgement: { thresholds: [], findings: [], verdict: { name, exitCode, reasons } },
});
const broken = (metric: string) => ({
  id: 'threshold-broken',
  values: { source: 'k6', metric, expression: 'p(95)<100', observed: 123 },
});
const annotated = (changes: Partial<RunRecord>) => annotations([couponRun(changes)], 'en', sentences);

describe('annotations', () => {
  it('are an error for each reason of a run that did not pass', () => {
    expect(annotated(judged('FAIL', 99, [broken('http_req_duration')]))).toEqual([
      '::error title=loadkit coupon%3A FAIL (99)::http_req_duration p(95)<100 broken (measured 123.00ms)',
    ]);
  });

  it('are warnings of a run that passed, and none when it had nothing to say', () => {
    const warned = { ...broken('m'), id: 'threshold-warned' };
    expect(annotated(judged('PASS', 0, [warned]))[0]).toMatch(
      /^::warning title=loadkit coupon%3A PASS \(0\)::warning: m/,
    );
    expect(annotated(judged('PASS', 0))).toEqual([]);
  });

  it('are there for a run that has no reason, and for one that was not judged', () => {
    expect(annotated(judged('INTERRUPTED', 130))).toEqual([
      '::error title=loadkit coupon%3A INTERRUPTED (130)::interrupted',
    ]);
    expect(annotated({ judgement: null })[0]).toMatch(/^::error title=loadkit coupon::The run did not come to its end/);
  });

  it('are ten at most, the last of which says how many more there are', () => {
    const many = Array.from({ length: 25 }, (_, index) => broken(`metric_${index}`));
    const lines = annotated(judged('FAIL', 99, many));
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe('::error title=loadkit::16 more, see the report.');
  });

  it('cannot be broken out of by a name', () => {
    const { scenario } = couponRun().record;
    if (scenario === null) throw new Error('a built run has a scenario');
    const name = 'a,file=/etc/passwd::\n::set-env name=PATH::x\r%0A%3A\u001B[31m';
    const lines = annotated({ scenario: { ...scenario, name }, ...judged('FAIL', 99, [broken(name)]) });
    expect(lines).toHaveLength(1);
    const [, properties = '', message = ''] = /^::error title=(.*?)::(.*)$/.exec(lines[0] ?? '') ?? [];
    expect(properties).not.toMatch(/[:,\r\n]/);
    expect(properties).toContain('%250A%253A');
    expect(message).not.toMatch(/[\r\n]|%(?!25)/);
    expect(lines[0]).not.toContain('\u001B');
  });
});

describe('the job summary', () => {
  const report = `# title\n\n## one\n\n${'가'.repeat(100)}\n\n## two\n\n${'나'.repeat(100)}\n`;
  const bytes = (text: string) => Buffer.byteLength(text);

  it('is the whole report where it fits', () => {
    expect(jobSummary(report, 10_000, 'cut')).toBe(report);
    expect(jobSummary(report, bytes(report), 'cut')).toBe(report);
  });

  it('is cut before a section, says so, and keeps to the limit for every limit', () => {
    expect(jobSummary(report, bytes(report) - 1, 'cut')).toBe(`# title\n\n## one\n\n${'가'.repeat(100)}\n\ncut\n`);
    for (let limit = 0; limit < bytes(report); limit += 1) {
      const text = jobSummary(report, limit, 'cut');
      expect(bytes(text)).toBeLessThanOrEqual(limit);
      expect(text).not.toContain('\uFFFD');
    }
  });
});
