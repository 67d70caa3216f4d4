import { readFileSync } from 'node:fs';
import type { Assessment, Drill, Moments } from '../../../src/record/drill.ts';
import { levelRulesSchema } from '../../../src/record/level-rules.ts';
import type { RunRecord } from '../../../src/record/run-record.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { loadStart } from '../judge/built-run.ts';
import { chartedRun, slowFrom } from './built-charts.ts';

const rulesFile = new URL('../../../level-rules.json', import.meta.url);

/** Epoch milliseconds of a second of the load. */
export const at = (second: number) => loadStart + second * 1_000;

/** The fault stands from second 20 to 40; it hurts at once, is noticed a second later, and 17 s after its undo all is well. */
export const builtMoments: Moments = {
  injectedAt: at(slowFrom),
  impactAt: at(slowFrom),
  detectedAt: at(slowFrom + 1),
  notifiedAt: at(slowFrom + 1) + 40,
  mitigatedAt: null,
  revertedAt: at(40),
  restoredAt: at(42),
  drainedAt: at(57),
  consistentAt: at(63),
};

export function builtAssessment(changes: Partial<Assessment> = {}): Assessment {
  return {
    doubts: [],
    baseline: { from: at(0), to: at(slowFrom), goodput: 95, goodShare: 1, p95Ms: 9.5 },
    moments: builtMoments,
    impactBy: 'answers',
    hurt: [changes.impactBy ?? 'answers'],
    ttdMs: 1_000,
    ttrMs: 22_000,
    signal: 'answers',
    damage: {
      offered: 2_200,
      lost: 1_900,
      worstGoodShare: 0.02,
      worstP95Ms: 512,
      unstarted: 40,
      usersAffected: 1_850,
      usersAsked: 2_000,
      overIssued: 0,
      duplicated: 0,
      missing: null,
      late: 3,
      repaired: 0,
    },
    level: 'L1',
    withoutMitigation: null,
    clause: {
      id: 'all-apis-down',
      values: { measure: 'api-below', api: 'issue_coupon', belowShare: 0.5, lastedMs: 20_000, leastMs: 10_000 },
    },
    rules: 'loadkit 2',
    ruleFile: levelRulesSchema.parse(JSON.parse(readFileSync(rulesFile, 'utf8'))),
    ...changes,
  };
}

export function builtDrill(changes: Partial<Drill> = {}): Drill {
  return {
    fault: 'lock-orphan',
    failure: 'lock',
    mitigation: null,
    mitigates: null,
    batch: null,
    repeat: { number: 1, of: 1 },
    estimate: { level: null, ttd: null, ttr: null },
    phases: [
      { name: 'baseline', startedAt: at(2), endedAt: at(19) },
      { name: 'inject', startedAt: at(19), endedAt: at(20) },
      { name: 'hold', startedAt: at(20), endedAt: at(40) },
      { name: 'recover', startedAt: at(40), endedAt: at(60) },
    ],
    injection: {
      startedAt: at(19),
      injectedAt: at(20),
      revertedAt: at(40),
      revertedBy: 'order',
      maxMs: 60_000,
      facts: { key: 'coupon:campaign:1:lock' },
      undone: [{ kind: 'redis-key', subject: 'coupon:campaign:1:lock', outcome: 'undone', error: null }],
      error: null,
    },
    detection: {
      readyAt: at(12),
      signals: [
        { name: 'answers', p0: 0.0001, p1: 0.01, limit: 12, samples: 950 },
        { name: 'canary', p0: 0.01, p1: 0.1, limit: 12, samples: 40 },
        { name: 'backlog:kafka_consumer_lag', p0: null, p1: null, limit: 500, samples: 10 },
      ],
      alarms: [
        { signal: 'answers', t: at(21), rule: 'cusum', value: 30.4, limit: 12 },
        { signal: 'answers', t: at(22), rule: 'cusum', value: 60, limit: 12 },
        { signal: 'canary', t: at(23), rule: 'cusum', value: 13, limit: 12 },
        { signal: 'answers', t: at(29), rule: 'burn-rate', value: 80, limit: 14.4 },
      ],
      readings: { made: 240, failed: 2 },
      error: null,
    },
    response: null,
    notifications: [
      { channel: 'webhook', signal: 'answers', sentAt: at(21), deliveredAt: at(21) + 40, error: null },
      { channel: 'console', signal: 'answers', sentAt: at(21), deliveredAt: at(21), error: null },
    ],
    placebo: { run: '20261124-100000-coupon-placebo', alarms: 0 },
    lateness: null,
    repair: null,
    assessment: builtAssessment(),
    ...changes,
  };
}

/** A drill of a minute under load, with its curves. */
export function drilledRun(drill: Partial<Drill> = {}, record: Partial<RunRecord> = {}): ReportedRun {
  return chartedRun({
    id: '20261124-101500-coupon-drill',
    errors: [],
    judgement: null,
    ...record,
    drill: builtDrill(drill),
  });
}

/** Repeats of one drill with these times of detection and repair; null: it did not happen. */
export function repeatedDrills(
  times: ReadonlyArray<{ readonly ttdMs: number | null; readonly ttrMs: number | null }>,
  drill: Partial<Drill> = {},
): ReportedRun[] {
  return times.map((time, index) =>
    drilledRun(
      {
        ...drill,
        repeat: { number: index + 1, of: times.length },
        assessment: builtAssessment({ ...drill.assessment, ...time }),
      },
      { id: `${drill.fault ?? 'lock-orphan'}-${index + 1}` },
    ),
  );
}

/** Nothing was broken. */
export function placeboRun(alarms = 0): ReportedRun {
  const detection = builtDrill().detection;
  const t = at(30);
  return drilledRun(
    {
      fault: 'none',
      failure: null,
      assessment: null,
      detection: detection && {
        ...detection,
        alarms: Array.from({ length: alarms }, () => ({
          signal: 'canary',
          t,
          rule: 'cusum' as const,
          value: 13,
          limit: 12,
        })),
      },
    },
    { id: '20261124-100000-coupon-placebo' },
  );
}

/** What the built drill cost. */
export function builtDamage() {
  const damage = builtDrill().assessment?.damage;
  if (damage == null) throw new Error('a built drill has a damage');
  return damage;
}
