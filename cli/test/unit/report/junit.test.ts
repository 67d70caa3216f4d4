import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Invariant, RunRecord, ThresholdResult, Verdict } from '../../../src/record/run-record.ts';
import { couponRun, orderRun, render } from './built-report.ts';

const list = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(item));
const number = z.string().transform(Number).pipe(z.number());
const detail = z.strictObject({ '@message': z.string(), '@type': z.string(), '#text': z.string().optional() });
// The structure that Jenkins' junit-10.xsd allows, as far as it is used; strict objects refuse any other attribute.
const suiteSchema = z.strictObject({
  '@name': z.string(),
  '@tests': number,
  '@failures': number,
  '@errors': number,
  '@skipped': number,
  '@time': z.string().regex(/^\d+\.\d{3}$/),
  '@timestamp': z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
  '@hostname': z.string(),
  properties: z.object({ property: list(z.strictObject({ '@name': z.string(), '@value': z.string() })) }),
  testcase: list(
    z.strictObject({
      '@classname': z.string(),
      '@name': z.string(),
      '@time': z.string(),
      failure: detail.optional(),
      error: detail.optional(),
      skipped: z.strictObject({ '@message': z.string() }).optional(),
      'system-out': z.string().optional(),
    }),
  ),
});
const documentSchema = z.object({
  testsuites: z.strictObject({
    '@name': z.string(),
    '@time': z.string(),
    '@tests': number,
    '@failures': number,
    '@errors': number,
    testsuite: list(suiteSchema),
  }),
});

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', parseAttributeValue: false });

function parsed(...runs: Parameters<typeof render>[0]) {
  const text = render(runs, 'en', 'junit');
  expect(XMLValidator.validate(text)).toBe(true);
  const { testsuites } = documentSchema.parse(parser.parse(text));
  return testsuites;
}

function casesOf(changes: Partial<RunRecord>) {
  const [suite] = parsed(couponRun(changes)).testsuite;
  return (suite?.testcase ?? []).map((one) => ({
    name: one['@name'],
    kind: one['@classname'].split('.').at(-1),
    outcome: one.failure ? 'failure' : one.error ? 'error' : one.skipped ? 'skipped' : 'passed',
    message: one.failure?.['@message'] ?? one.error?.['@message'] ?? one.skipped?.['@message'] ?? '',
  }));
}

const threshold = (changes: Partial<ThresholdResult>): ThresholdResult => ({
  source: 'k6',
  metric: 'http_req_duration',
  expression: 'p(95)<100',
  level: 'fail',
  outcome: 'held',
  observed: 5,
  samples: 100,
  reason: null,
  ...changes,
});

const judged = (
  thresholds: ThresholdResult[],
  verdict: Partial<Verdict> & Pick<Verdict, 'name' | 'exitCode'>,
): Partial<RunRecord> => ({ judgement: { thresholds, findings: [], verdict: { reasons: [], ...verdict } } });

const invariant = (changes: Partial<Invariant>): Invariant => ({
  id: 'over-issue',
  outcome: 'held',
  violations: 0,
  evidence: { issued: 10 },
  reason: null,
  ...changes,
});

describe('junit.xml', () => {
  it('has a suite per run, whose counts and time are those of its cases', () => {
    const { testsuite: suites, ...total } = parsed(couponRun(), orderRun());
    expect(suites.map((suite) => suite['@name'])).toEqual(['coupon', 'order']);
    expect(suites[0]?.['@timestamp']).toBe('2026-09-21T14:13:10');
    expect(suites[0]?.properties.property).toContainEqual({ '@name': 'verdict', '@value': 'PASS' });
    for (const suite of suites) {
      expect(suite['@tests']).toBe(suite.testcase.length);
      const times = suite.testcase.map((one) => Number(one['@time']));
      expect(times.reduce((a, b) => a + b, 0)).toBeCloseTo(Number(suite['@time']), 3);
    }
    expect(total['@tests']).toBe(suites.reduce((sum, suite) => sum + suite['@tests'], 0));
  });

  it('has a case for the measurement, each threshold, each gate and each invariant', () => {
    const gate = threshold({ source: 'loadkit', metric: 'kafka_consumer_lag', expression: 'last==0' });
    const cases = casesOf({
      ...judged([threshold({}), gate], { name: 'PASS', exitCode: 0 }),
      invariants: [invariant({})],
    });
    expect(cases.map(({ kind, name, outcome }) => `${kind} ${name} ${outcome}`)).toEqual([
      'measurement soundness of the measurement passed',
      'threshold http_req_duration p(95)<100 passed',
      'gate kafka_consumer_lag last==0 passed',
      'invariant over-issue (Over-issue) passed',
    ]);
  });

  it('a broken threshold is a failure with what was measured, one that only warns is none', () => {
    const cases = casesOf(
      judged([threshold({ outcome: 'broken', observed: 123 }), threshold({ outcome: 'broken', level: 'warn' })], {
        name: 'FAIL',
        exitCode: 99,
      }),
    );
    expect(cases.map(({ outcome }) => outcome)).toEqual(['passed', 'failure', 'passed', 'passed']);
    expect(cases[1]?.message).toContain('123.00ms');
  });

  it('what could not be judged is an error, unless nobody asked for it', () => {
    const noData = threshold({ outcome: 'no-data', observed: null, samples: null, reason: 'no-series' });
    const cases = casesOf({
      ...judged([noData, { ...noData, level: 'warn' }, { ...noData, reason: 'stopped-early' }], {
        name: 'INCONCLUSIVE',
        exitCode: 95,
      }),
      invariants: [invariant({ outcome: 'undetermined', violations: null, reason: 'timeout' })],
    });
    expect(cases.map(({ outcome }) => outcome)).toEqual(['passed', 'error', 'skipped', 'skipped', 'error']);
    expect(cases[1]?.message).toContain('the metric was not recorded');
  });

  it('a violated invariant is a failure, one that had nothing to check is skipped', () => {
    const cases = casesOf({
      ...judged([], { name: 'INCORRECT', exitCode: 94 }),
      invariants: [invariant({ outcome: 'violated', violations: 7 }), invariant({ evidence: { issued: 0 } })],
    });
    expect(cases.map(({ outcome }) => outcome)).toEqual(['passed', 'failure', 'skipped']);
    expect(cases[1]?.message).toContain('7');
  });

  it('a measurement that was not sound is an error, with the reason as its type', () => {
    const reasons = [{ id: 'generator-limit', values: { rule: 'cpu-starved' } }];
    const [measurement] = casesOf(judged([threshold({})], { name: 'INVALID', exitCode: 95, reasons }));
    expect(measurement).toMatchObject({ outcome: 'error' });
    expect(measurement?.message).toContain('k6 had work all the time');
    expect(render([couponRun(judged([], { name: 'INVALID', exitCode: 95, reasons }))], 'en', 'junit')).toContain(
      'type="generator-limit"',
    );
  });

  it('a run that was not judged is an error, not a pass', () => {
    const cases = casesOf({ judgement: null, status: 'running', endedAt: null, invariants: [] });
    expect(cases.map(({ outcome }) => outcome)).toEqual(['error']);
  });

  it.each<[Verdict['name'], number, Verdict['reasons'], ThresholdResult[]]>([
    ['PASS', 0, [{ id: 'threshold-warned', values: { metric: 'm', expression: 'e', observed: 1 } }], []],
    ['PASS', 0, [{ id: 'series-differs', values: { difference: 3 } }], [threshold({})]],
    ['FAIL', 99, [{ id: 'k6-threshold-unknown', values: {} }], [threshold({})]],
    ['INCONCLUSIVE', 95, [{ id: 'probe-gap', values: { probe: 'redis', seconds: 9 } }], [threshold({})]],
    ['INCONCLUSIVE', 95, [], []],
    ['SCRIPT_FAILURE', 107, [{ id: 'script-failed', values: { exitCode: 107 } }], []],
    ['UNREACHABLE', 93, [{ id: 'not-started', values: { code: 'x', message: 'y' } }], []],
    ['INTERRUPTED', 130, [{ id: 'interrupted', values: {} }], [threshold({})]],
    ['INTERNAL_ERROR', 1, [{ id: 'internal-error', values: { message: 'x' } }], []],
  ])('says the same as the exit code: %s (%i)', (name, exitCode, reasons, thresholds) => {
    const cases = casesOf(judged(thresholds, { name, exitCode, reasons }));
    const isRed = cases.some(({ outcome }) => outcome === 'failure' || outcome === 'error');
    expect(isRed).toBe(exitCode !== 0);
  });

  it('leaves a script that is not ours to the verdict of k6', () => {
    const { scenario } = couponRun().record;
    if (scenario === null) throw new Error('a built run has a scenario');
    const changes = {
      scenario: { ...scenario, foreign: true },
      ...judged([threshold({ outcome: 'no-data', reason: 'no-sample' })], { name: 'PASS', exitCode: 0 }),
      invariants: [invariant({ outcome: 'violated', violations: 1 })],
    };
    expect(casesOf(changes).map(({ outcome }) => outcome)).toEqual(['passed', 'skipped', 'skipped']);
  });

  it('gives back every name as it was', () => {
    const metric = `m{name:"a" & 'b' <c>]]>}`;
    const [suite] = parsed(couponRun(judged([threshold({ metric })], { name: 'PASS', exitCode: 0 }))).testsuite;
    expect(suite?.testcase[1]?.['@name']).toBe(`${metric} p(95)<100`);
  });
});
