import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assessDrill } from '../../../src/assess/assess-drill.ts';
import { type Alarm, assessmentSchema, type Drill } from '../../../src/record/drill.ts';
import { type Invariant, type RunRecord, runRecordSchema } from '../../../src/record/run-record.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import { builtScenario, exportLine } from '../analyze/built-seconds.ts';
import { builtLoad, builtRecord, loadStart } from '../judge/built-run.ts';
import { altered, everyExample } from '../malformed.ts';
import { alarm, builtDrill, rules, withAlarms } from './built-drill.ts';

const moment = fc.oneof(
  fc.integer({ min: loadStart - 100_000, max: loadStart + 200_000 }),
  fc.constantFrom(0, 8.64e15),
);
const count = fc.oneof(fc.nat(200), fc.constantFrom(0, 1, 1e9));

const alarms: fc.Arbitrary<Alarm[]> = fc.array(
  fc.record({
    signal: fc.string({ maxLength: 8 }),
    t: moment,
    rule: fc.constantFrom('cusum', 'limit', 'burn-rate'),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }),
    limit: fc.double({ noNaN: true, noDefaultInfinity: true }),
  }),
  { maxLength: 5 },
);

const drills: fc.Arbitrary<Drill> = fc
  .record({
    fault: fc.constantFrom('row-held', 'none'),
    mitigation: fc.option(fc.constant('sorted-locking')),
    phases: fc.array(
      fc.record({
        name: fc.constantFrom('baseline', 'inject', 'hold', 'mitigate', 'recover'),
        startedAt: moment,
        endedAt: fc.option(moment),
      }),
      { maxLength: 6 },
    ),
    injected: fc.option(moment),
    reverted: fc.option(moment),
    readyAt: fc.option(moment),
    alarms,
    placebo: fc.option(fc.record({ run: fc.constant('p'), alarms: fc.nat(3) })),
    isWatched: fc.boolean(),
  })
  .map(({ injected, reverted, readyAt, alarms: raised, isWatched, ...changes }) => {
    const { injection, detection } = builtDrill();
    return builtDrill({
      ...changes,
      injection: injection === null ? null : { ...injection, injectedAt: injected, revertedAt: reverted },
      detection: detection === null || !isWatched ? null : { ...detection, readyAt, alarms: raised },
    });
  });

const seconds = fc.array(
  fc.record({
    answers: fc.array(
      fc.record({
        ms: fc.double({ min: 0, max: 60_000, noNaN: true }),
        status: fc.constantFrom(0, 201, 409, 503),
        name: fc.constantFrom('issue_coupon', 'create_order', 'other'),
      }),
      { maxLength: 12 },
    ),
    dropped: count,
  }),
  { maxLength: 60 },
);

const key = 'kafka_consumer_lag{group:g,topic:t}';
const readings: fc.Arbitrary<SeriesLine[]> = fc.array(
  fc.record({ t: moment, value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })) }).map(
    ({ t, value }): SeriesLine => ({
      ...{ kind: 'sample', t, probe: 'kafka', tookMs: 1, outcome: value === null ? 'failed' : 'ok' },
      ...(value === null ? {} : { values: { [key]: value, redis_ping_ms: value } }),
    }),
  ),
  { maxLength: 30 },
);

const invariants: fc.Arbitrary<Invariant[]> = fc.array(
  fc.record({
    id: fc.constantFrom('over-issue', 'order-lost', 'points-missing', 'double-accrual', 'of-somebody-else'),
    outcome: fc.constantFrom('held', 'violated', 'undetermined'),
    violations: fc.option(fc.nat(100)),
    evidence: fc.dictionary(fc.constantFrom('lost', 'missing'), fc.nat(100)),
    reason: fc.constant(null),
  }),
  { maxLength: 4 },
);

const records = fc.record({
  drill: fc.option(drills, { freq: 20 }),
  invariants,
  drained: fc.boolean(),
  isLoaded: fc.boolean(),
});

/** What it says must be readable again, whatever it was made from. */
function check(record: RunRecord, lines: readonly SeriesLine[]): void {
  const found = assessDrill({ record, series: indexSeries(lines), rules });
  expect(assessmentSchema.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
  if (found.doubts.length > 0) expect(found).toMatchObject({ level: 'undetermined', clause: null });
  else expect(found.level).not.toBe('undetermined');
  const { impactAt, detectedAt, restoredAt, injectedAt } = found.moments;
  if (found.ttdMs !== null) expect([impactAt, detectedAt]).not.toContain(null);
  if (impactAt !== null && injectedAt !== null) expect(impactAt).toBeGreaterThanOrEqual(injectedAt);
  if (restoredAt !== null) expect(restoredAt).toBeGreaterThanOrEqual(impactAt ?? Number.NaN);
}

test('a drill with any alarms, moments, answers and readings is assessed', () => {
  everyExample(fc.tuple(records, seconds, readings), ([{ drained, isLoaded, ...changes }, all, read]) => {
    const scenarios = { s: { executor: 'constant-arrival-rate', rate: 10, duration: '60s' } };
    const record = builtRecord({
      ...changes,
      scenario: builtScenario({}, scenarios),
      load: isLoaded ? builtLoad() : null,
      drain: { drained, tookMs: 1_000, limitMs: 60_000, left: { [key]: 0 } },
    });
    check(record, [...all.map((second, index) => exportLine(index, second)), ...read]);
  });
});

test('a record with one thing wrong that can be read is assessed', () => {
  const record = builtRecord({ drill: builtDrill(withAlarms(alarm(33))), scenario: builtScenario() });
  const lines = Array.from({ length: 60 }, (_, second) =>
    exportLine(second, { answers: second > 30 && second < 45 ? [] : [{ ms: 5 }, { ms: 6 }] }),
  );
  everyExample(altered(record), (changed) => {
    const read = runRecordSchema.safeParse(changed);
    if (read.success) assessDrill({ record: read.data, series: indexSeries(lines), rules });
  });
});
