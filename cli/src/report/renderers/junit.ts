import XMLBuilder from 'fast-xml-builder';
import type { ReportedRun } from '../api-figures.ts';
import { plainText } from '../plain-text.ts';
import { type JunitCase, junitCases } from './junit-case.ts';
import type { Renderer } from './renderer.ts';

/** One suite per run, for what reads JUnit: Jenkins, GitLab, the reporters of GitHub Actions. docs/junit.md says what is what. */
export const junit = {
  format: 'junit',
  render: (view, _templatesFolder, { runs, sentences }) => {
    const suites = runs.map((run) => suite(run, junitCases(run, view.lang, sentences)));
    const all = suites.map(({ attributes }) => attributes);
    const total = (name: 'tests' | 'failures' | 'errors' | 'skipped') => sum(all.map((one) => one[name]));
    const counts = { tests: total('tests'), failures: total('failures'), errors: total('errors') };
    return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({
      testsuites: {
        ...named({ name: 'loadkit', time: seconds(sum(all.map(({ time }) => Number(time)))), ...counts }),
        testsuite: suites.map(({ attributes, ...children }) => ({ ...named(attributes), ...children })),
      },
    })}`;
  },
} satisfies Renderer;

const attributePrefix = '@_';

const builder = new XMLBuilder({
  attributeNamePrefix: attributePrefix,
  ignoreAttributes: false,
  format: true,
  suppressEmptyNode: true,
  // A value that reads "true" is a value.
  suppressBooleanAttributes: false,
});

function suite({ record }: ReportedRun, cases: readonly JunitCase[]) {
  const { id, scenario, startedAt, endedAt, judgement, host, loadkit } = record;
  const of = (outcome: JunitCase['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  const time = endedAt === null ? 0 : (endedAt - startedAt) / 1_000;
  const properties = {
    run: id,
    loadkit,
    status: record.status,
    verdict: judgement?.verdict.name ?? 'NOT_JUDGED',
    exitCode: String(judgement?.verdict.exitCode ?? ''),
    seed: String(scenario?.seed ?? ''),
    load: scenario?.shape ?? '',
  };
  return {
    attributes: {
      name: xmlText(scenario?.name ?? id),
      tests: cases.length,
      failures: of('failure'),
      errors: of('error'),
      skipped: of('skipped'),
      time: seconds(time),
      timestamp: timestamp(startedAt),
      hostname: xmlText(host.hostname),
    },
    properties: {
      property: Object.entries(properties).map(([name, value]) => named({ name, value: xmlText(value) })),
    },
    testcase: cases.map((one) => testCase(one, scenario?.name ?? id, time)),
  };
}

/** Judging takes no time; the measurement took all of it, so that the times of the cases add up to that of the suite. */
function testCase({ kind, name, outcome, type, message, note }: JunitCase, scenario: string, time: number) {
  const detail = named({ message: xmlText(message), type });
  return {
    ...named({
      classname: `loadkit.${xmlText(scenario)}.${kind}`,
      name: xmlText(name),
      time: seconds(kind === 'measurement' ? time : 0),
    }),
    ...(outcome === 'failure' ? { failure: { ...detail, '#text': xmlText(note) } } : {}),
    ...(outcome === 'error' ? { error: { ...detail, '#text': xmlText(note) } } : {}),
    ...(outcome === 'skipped' ? { skipped: named({ message: xmlText(message) }) } : {}),
    ...(outcome === 'passed' && note !== '' ? { 'system-out': xmlText(note) } : {}),
  };
}

function named(attributes: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [`${attributePrefix}${name}`, String(value)]),
  );
}

/** Characters that XML 1.0 has no way to write; markup is escaped by the builder. */
function xmlText(text: string): string {
  return plainText(text).replace(/[\uFFFE\uFFFF]/g, '\uFFFD');
}

/** Three decimals, as the format has them; a time that is none is 0. */
function seconds(value: number): string {
  return (Number.isFinite(value) && value > 0 ? value : 0).toFixed(3);
}

/** ISO 8601 in UTC without a zone, as the schema wants it. */
function timestamp(epochMs: number): string {
  const date = new Date(epochMs);
  return (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString().slice(0, 19);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
