import { describe, expect, it } from 'vitest';
import type { Moments } from '../../../src/record/drill.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { parseReportJson } from '../../../src/report/renderers/json.ts';
import { at, builtAssessment, builtMoments, drilledRun, repeatedDrills } from './built-drill.ts';
import { couponRun, render } from './built-report.ts';
import { sectionOf } from './built-section.ts';

/** Of seconds of the load; as a drill of which only these moments are of interest has them. */
function timed(
  second: { impact: number; detected: number; recovered: number },
  id: string,
  backlog = false,
): ReportedRun {
  const [impactAt, detectedAt, recoveredAt] = [at(second.impact), at(second.detected), at(second.recovered)];
  const ends: Partial<Moments> = backlog
    ? { restoredAt: null, drainedAt: recoveredAt }
    : { restoredAt: recoveredAt, drainedAt: recoveredAt + 5_000 };
  return drilledRun(
    {
      failure: backlog ? 'lag' : 'lock',
      fault: backlog ? 'consumer-stopped' : 'lock-orphan',
      assessment: builtAssessment({
        impactBy: backlog ? 'backlog' : 'answers',
        moments: { ...builtMoments, impactAt, detectedAt, ...ends },
        ttdMs: detectedAt - impactAt,
        ttrMs: recoveredAt - impactAt,
      }),
    },
    { id },
  );
}

const runs = [
  couponRun(),
  timed({ impact: 20, detected: 21.25, recovered: 42 }, 'of-the-lock'),
  timed({ impact: 20.5, detected: 23.6, recovered: 31.5 }, 'of-the-lag', true),
];

function trace(of: readonly ReportedRun[]) {
  const tables = sectionOf(of, 'failures').blocks.flatMap((block) => (block.kind === 'table' ? [block] : []));
  const found = tables.find(({ title }) => title?.startsWith('실측값의 출처'));
  if (found === undefined) throw new Error('section 4 says where its values are from');
  return found.table;
}

/** Milliseconds of the day. */
function clockMs(text: string): number {
  const [, hours, minutes, seconds] = /^(\d\d):(\d\d):(\d\d\.\d{3})$/.exec(text) ?? [];
  return (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1_000;
}

function pointed(whole: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, name) => Object(value)[name], whole);
}

describe('the measured cells of section 4', () => {
  it('are the differences of the moments that stand below them, and of those in the record', () => {
    const [four] = sectionOf(runs, 'failures').blocks.flatMap((block) => (block.kind === 'table' ? [block.table] : []));
    const rows = trace(runs).rows;
    expect(rows.map(([failure]) => failure)).toEqual([
      'Redis 락 병목 / 쿠폰 중복 발급',
      'Kafka 소비 지연 → 포인트 적립 누락',
    ]);
    for (const [failure, , impact = '', detected = '', ttd = '', recovered = '', ttr = '', , id] of rows) {
      const cells = four?.rows.find(([first]) => first === failure);
      expect([cells?.[4], cells?.[6]]).toEqual([ttd, ttr]);
      expect(cells?.[7]).toContain(`(${id})`);
      expect((clockMs(detected) - clockMs(impact)) / 1_000).toBeCloseTo(Number.parseFloat(ttd), 2);
      expect((clockMs(recovered) - clockMs(impact)) / 1_000).toBeCloseTo(Number.parseFloat(ttr), 2);
      const moments = runs.find(({ record }) => record.id === id)?.record.drill?.assessment?.moments;
      expect(Number(moments?.detectedAt) % 1_000).toBe(clockMs(detected) % 1_000);
    }
    expect(rows.map(([, , , , ttd, , ttr]) => [ttd, ttr])).toEqual([
      ['1.25초', '22초'],
      ['3.1초', '11초 (밀린 작업)'],
    ]);
  });

  it('end with the data where nothing but these was wrong', () => {
    const { impactAt, consistentAt } = builtMoments;
    const ttrMs = Number(consistentAt) - Number(impactAt);
    const moments = { ...builtMoments, restoredAt: null };
    const wrong = drilledRun({ assessment: builtAssessment({ impactBy: 'data', moments, ttrMs }) });
    const [, , impact = '', , , recovered = '', ttr = ''] = trace([couponRun(), wrong]).rows[0] ?? [];
    expect(clockMs(recovered) - clockMs(impact)).toBe(ttrMs);
    expect(ttr).toBe('43초 (데이터)');
  });

  it('lead to the same moments in report.json', () => {
    const whole = parseReportJson(render(runs, 'ko', 'json'));
    for (const [, , , , , , , pointer = '', id] of trace(runs).rows) {
      const { moments } = runs.find(({ record }) => record.id === id)?.record.drill?.assessment ?? {};
      const whither = `${pointer}/drill/assessment`;
      expect(pointed(whole, whither)).toMatchObject({ moments });
      expect(whole.failures.map(({ worst }) => worst?.assessmentPointer)).toContain(whither);
    }
  });

  it('lead to the incident report of their drill, where it was made', () => {
    const [load, lock, lag] = runs;
    if (load === undefined || lock === undefined || lag === undefined) throw new Error('three runs were built');
    const linked = [load, { ...lock, document: '../of%20the-lock/incident' }, { ...lag, document: null }];
    expect(trace(linked).documents).toEqual(['../of%20the-lock/incident', null]);
    expect(render(linked, 'ko', 'md')).toContain('[of-the-lock](../of%20the-lock/incident.md)');
    const page = render(linked, 'ko', 'html');
    expect(page).toContain('<a href="../of%20the-lock/incident.html">of-the-lock</a>');
    expect(page).not.toContain('>of-the-lag</a>');
  });

  it('say what did not happen in words', () => {
    const never = drilledRun({
      assessment: builtAssessment({
        moments: { ...builtMoments, detectedAt: null, restoredAt: null },
        ttdMs: null,
        ttrMs: null,
      }),
    });
    expect(trace([couponRun(), never]).rows[0]?.slice(3, 7)).toEqual(['미탐지', '미탐지', '미복구', '미복구']);
    const doubted = drilledRun({ assessment: builtAssessment({ doubts: [{ id: 'built-doubt', values: {} }] }) });
    expect(new Set(trace([couponRun(), doubted]).rows[0]?.slice(2, 7))).toEqual(new Set(['신뢰할 수 없음']));
  });

  it('are of the worst of repeats', () => {
    const repeats = repeatedDrills([1_000, 2_000].map((ttdMs) => ({ ttdMs, ttrMs: 10 * ttdMs })));
    expect(trace([couponRun(), ...repeats]).rows.map((row) => row.at(-1))).toEqual(['lock-orphan-2']);
  });
});
