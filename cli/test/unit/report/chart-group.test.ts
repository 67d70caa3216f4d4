import { describe, expect, it } from 'vitest';
import type { SeriesLine } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import type { ChartGroup } from '../../../src/report/charts/chart.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { buildView } from '../../../src/report/view.ts';
import { loadStart } from '../judge/built-run.ts';
import { builtSeconds, chartedRun, exitAt, slowFrom, slowTo } from './built-charts.ts';
import { answers, couponRun, templatesFolder } from './built-report.ts';

function groupsOf(runs: readonly ReportedRun[], lang: 'ko' | 'en' = 'ko'): ChartGroup[] {
  const view = buildView(runs, lang, loadSentences(templatesFolder, lang));
  return view.sections.flatMap(({ blocks }) => blocks.flatMap((one) => (one.kind === 'charts' ? [one.group] : [])));
}

function groupOf(run: ReportedRun): ChartGroup {
  const [group] = groupsOf([run]);
  if (group === undefined) throw new Error('nothing was drawn');
  return group;
}

function valuesOf({ charts }: ChartGroup, chart: string, line: string) {
  const found = charts.find(({ id }) => id === chart)?.lines.find(({ id }) => id === line)?.values;
  if (found === undefined) throw new Error(`no line ${line} in ${chart}`);
  return found;
}

const repeated = (length: number, value: (second: number) => number | null) =>
  Array.from({ length }, (_, second) => value(second));

describe('the charts of a run', () => {
  const group = groupOf(chartedRun());

  it('have one axis from the start of the load to the end of the drain', () => {
    expect(group.seconds).toEqual(repeated(builtSeconds, (second) => second));
    expect(group.startedAt).toBe(loadStart);
    for (const { lines } of group.charts) for (const { values } of lines) expect(values).toHaveLength(builtSeconds);
  });

  it('show the outcomes apart, and nothing where k6 reported nothing', () => {
    const during = (value: (second: number) => number) =>
      repeated(63, (second) => (second < 60 ? value(second) : null));
    expect(valuesOf(group, 'throughput', 'success')).toEqual(during(() => 80));
    expect(valuesOf(group, 'throughput', 'rejected')).toEqual(during(() => 15));
    expect(valuesOf(group, 'throughput', 'failed')).toEqual(
      during((second) => (second >= slowFrom && second < slowTo ? 5 : 0)),
    );
  });

  it('show a gauge as it was read and a running total as its growth', () => {
    const lag = valuesOf(group, 'backlog', 'kafka_consumer_lag point-accrual order.completed');
    expect([lag[0], lag[62]]).toEqual([62, 0]);
    const waits = valuesOf(group, 'lock-events', 'mysql_row_lock_waits');
    expect([waits[slowFrom], waits[slowFrom + 1], waits[slowTo], waits[slowTo + 1]]).toEqual([0, 40, 40, 0]);
  });

  it('say what was not measured and what was 0 throughout, instead of an empty chart', () => {
    expect(group.charts.map(({ id }) => id)).not.toContain('pool');
    expect(group.charts.map(({ id }) => id)).not.toContain('lock-waiters');
    expect(group.notes.join('\n')).toMatch(/측정값이 없어.*커넥션 풀/);
    expect(group.notes.join('\n')).toMatch(/0이어서 생략.*락을 기다리는 트랜잭션/);
    for (const { lines } of group.charts) {
      for (const { values } of lines) expect(values.some((value) => value !== null)).toBe(true);
    }
  });

  it('are told in words with the figures of every second', () => {
    expect(group.charts.find(({ id }) => id === 'throughput')?.alt).toContain('성공: 중앙값 80 건/초, 최대 80 건/초');
  });

  it('mark seconds beyond a threshold, evidence, the drain and what happened', () => {
    const marks = (kind: string) => group.marks.filter((mark) => mark.kind === kind);
    expect(marks('threshold')).toMatchObject([{ from: slowFrom, to: slowTo }]);
    expect(marks('finding')).toMatchObject([{ from: slowFrom, to: slowTo, anchor: 'finding-lock-built' }]);
    expect(marks('event')).toMatchObject([{ from: exitAt, to: null, label: 'redis 종료' }]);
    expect(marks('phase')).toMatchObject([{ from: 60, to: 63 }]);
  });

  it('mark no second in which too few answered for that percentile', () => {
    const { record, series } = chartedRun();
    const few = series.load.map((line) => ({
      ...line,
      histograms: Object.fromEntries(
        Object.entries(line.histograms).map(([key, histogram]) => [key, { ...histogram, count: 10 }]),
      ),
    }));
    const found = groupOf({ record, series: { ...series, load: few } }).marks;
    expect(found.filter(({ kind }) => kind === 'threshold')).toEqual([]);
  });

  it('have a distribution that holds every answer, with the percentiles that the tables have', () => {
    const [distribution] = group.distributions;
    expect(distribution?.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(60 * 95);
    expect(distribution?.marks).toEqual([
      { label: 'p50', ms: 4 },
      { label: 'p95', ms: 9.75 },
      { label: 'p99', ms: 20 },
    ]);
  });

  it('have names of their own where a report has several runs', () => {
    const groups = groupsOf([chartedRun(), chartedRun({ id: 'second' })]);
    expect(groups.map(({ id }) => id)).toEqual(['charts-1', 'charts-2']);
    expect(groups[1]?.marks.find(({ kind }) => kind === 'finding')?.anchor).toBe('finding-lock-built-2');
  });

  it('are in both languages the same but for their words', () => {
    const [english] = groupsOf([chartedRun()], 'en');
    const numbers = ({ charts }: ChartGroup) => charts.map(({ id, lines }) => [id, lines.map(({ values }) => values)]);
    expect(english === undefined ? [] : numbers(english)).toEqual(numbers(group));
    expect(english?.charts[0]?.title).not.toBe(group.charts[0]?.title);
  });
});

describe('exports that do not keep to the seconds', () => {
  const exported = (fromMs: number): SeriesLine => {
    const line = answers({ 201: 100 });
    if (line.kind !== 'load') throw new Error('a line of the load');
    return { ...line, from: loadStart + fromMs, t: loadStart + fromMs + 1_000 };
  };

  it('give each second its share', () => {
    const lines = repeated(10, (index) => index * 1_000 - 300).map((from) => exported(from ?? 0));
    expect(valuesOf(groupOf(couponRun({}, lines)), 'throughput', 'success')).toEqual(repeated(10, () => 100));
  });

  it('leave a gap where k6 was silent', () => {
    const values = valuesOf(groupOf(couponRun({}, [0, 1_000, 4_000].map(exported))), 'throughput', 'success');
    expect(values).toEqual([100, 100, null, null, 100]);
  });
});

describe('a long run', () => {
  const hours = 6 * 3_600;
  const peak = 12_345;
  const readings = Array.from(
    { length: hours },
    (_, second): SeriesLine => ({
      ...{ kind: 'sample', t: loadStart + second * 1_000, probe: 'built', outcome: 'ok', tookMs: 1 },
      values: { redis_ping_ms: second === peak ? 900 : 1, host_cpu_busy_cores: second % 2 },
    }),
  );
  const { load } = couponRun().record;
  const endedAt = loadStart + hours * 1_000;
  const group = groupOf(couponRun({ load: load && { ...load, endedAt }, phases: [] }, readings));

  it('is thinned for drawing, says so, and keeps its worst second', () => {
    expect(group.binSeconds).toBe(12);
    expect(group.seconds).toHaveLength(1_800);
    expect(group.notes.join()).toContain('12초');
    expect(Math.max(...valuesOf(group, 'store-time', 'redis_ping_ms').map((value) => value ?? 0))).toBe(900);
    expect(new Set(valuesOf(group, 'cpu', 'host_cpu_busy_cores'))).toEqual(new Set([0.5]));
  });

  it('has the figures of every second all the same', () => {
    expect(group.charts.find(({ id }) => id === 'cpu')?.alt).toContain('최대 1 코어');
  });
});

it('a run of which nothing was measured has no charts', () => {
  expect(groupsOf([couponRun({ load: null }, [])])).toEqual([]);
  expect(groupsOf([{ ...couponRun(), series: indexSeries([]) }])).toEqual([]);
});
