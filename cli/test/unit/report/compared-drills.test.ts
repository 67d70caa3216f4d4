import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../src/commands/context.ts';
import type { DrillOptions } from '../../../src/commands/drill-options.ts';
import { printDrills } from '../../../src/commands/drill-result.ts';
import { worstVerdict } from '../../../src/commands/worst-verdict.ts';
import { comparedDrills } from '../../../src/pipeline/compared-drills.ts';
import type { Assessment, Drill } from '../../../src/record/drill.ts';
import { type RunRecord, runRecordSchema } from '../../../src/record/run-record.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { builtAssessment, builtMoments, drilledRun } from './built-drill.ts';
import { couponRun } from './built-report.ts';
import { linesOf, sectionOf } from './built-section.ts';

const unfelt = { level: 'absorbed', clause: null, ttdMs: null, ttrMs: null, impactBy: null, hurt: [] } as const;
const nothing = { ...unfelt, moments: { ...builtMoments, impactAt: null, detectedAt: null, restoredAt: null } };
const ineffective = {
  ...nothing,
  level: 'undetermined' as const,
  doubts: [{ id: 'ineffective', values: { fault: 'deadlock' } }],
};
const verdict = (id: string) => ({
  thresholds: [],
  findings: [],
  verdict: { name: 'PASS' as const, exitCode: 0, reasons: [{ id, values: { fault: 'deadlock', level: 'absorbed' } }] },
});

function run(id: string, assessment: Partial<Assessment>, drill: Partial<Drill> = {}, record: Partial<RunRecord> = {}) {
  const all = { fault: 'deadlock', failure: 'deadlock', ...drill, assessment: builtAssessment(assessment) } as const;
  return drilledRun(all, { id, judgement: verdict('drill-assessed'), ...record });
}

const retried = { fault: 'deadlock-retried', mitigation: 'retry', mitigates: 'deadlock' } as const;
const mitigated = run('mitigated', nothing, retried);

/** Of the mitigated drill among these. */
function amid(...others: readonly ReportedRun[]): ReportedRun {
  const [first] = comparedDrills([mitigated, ...others]);
  if (first === undefined) throw new Error('one was given');
  return first;
}

describe('a drill with a mitigation that nobody felt', () => {
  it.each([
    ['was not seen to do anything', ineffective],
    ['was absorbed', nothing],
  ])('shows nothing where the same fault without it %s', (_, plain) => {
    const { record } = amid(run('plain', plain));
    expect(record.drill?.assessment).toMatchObject({
      doubts: [{ id: 'not-shown', values: { fault: 'deadlock' } }],
      level: 'undetermined',
      withoutMitigation: 'unfelt',
    });
    expect(record.judgement?.verdict).toMatchObject({ name: 'INCONCLUSIVE', reasons: [{ id: 'not-shown' }] });
    expect(worstVerdict([{ record }])).toBe(95);
    expect(runRecordSchema.safeParse(record).error).toBeUndefined();
  });

  it('does not make a worse verdict better', () => {
    const judgement = verdict('interrupted');
    const interrupted = {
      ...judgement,
      verdict: { ...judgement.verdict, name: 'INTERRUPTED' as const, exitCode: 130 },
    };
    const [one] = comparedDrills([run('one', nothing, retried, { judgement: interrupted }), run('plain', ineffective)]);
    expect(one?.record.judgement?.verdict).toMatchObject({
      ...{ name: 'INTERRUPTED', exitCode: 130, reasons: [{ id: 'interrupted' }, { id: 'not-shown' }] },
    });
  });

  it('keeps its level where one of the repeats without it was felt', () => {
    const { record } = amid(run('plain', ineffective), run('again', { level: 'L1' }));
    expect(record.drill?.assessment).toMatchObject({ level: 'absorbed', doubts: [], withoutMitigation: 'felt' });
    expect(worstVerdict([{ record }])).toBe(0);
  });

  it('keeps it where none can say, and tells that the comparison is missing', () => {
    const doubted = run('plain', { ...nothing, doubts: [{ id: 'baseline-bad', values: {} }] });
    const otherFault = run('other', nothing, { fault: 'row-held' });
    const { scenario } = mitigated.record;
    if (scenario === null) throw new Error('the built run has a scenario');
    const otherLoad = run('faster', nothing, {}, { scenario: { ...scenario, shape: '900/s' } });
    const alike = run('alike', nothing, retried);
    for (const others of [[], [doubted], [otherFault], [otherLoad], [alike]]) {
      const found = amid(...others).record.drill?.assessment;
      expect(found).toMatchObject({ level: 'absorbed', doubts: [], withoutMitigation: 'missing' });
    }
    const text = linesOf(sectionOf([couponRun(), amid()], 'failures')).join('\n');
    expect(text).toContain('비교할 훈련(완화책 없이 같은 장애를 일으킨 것)이 여기에 없어');
  });

  it('may be compared with drills that are not shown themselves', () => {
    const [record] = comparedDrills([mitigated], [run('before', ineffective)]).map((one) => one.record);
    expect(record?.drill?.assessment?.level).toBe('undetermined');
  });

  it('is told as that, and no strategy has a gain from it', () => {
    const runs = comparedDrills([couponRun(), run('plain', ineffective), mitigated]);
    const failures = linesOf(sectionOf(runs, 'failures')).join('\n');
    expect(failures).toMatch(/데드락 재시도 \| 1 → 1 \| 판정 불가 → 판정 불가/);
    expect(failures).toContain('도 이 훈련들에서 아무 영향을 주지 않았다');
    const strategies = linesOf(sectionOf(runs, 'strategies')).join('\n');
    expect(strategies).toContain('적용하지 않아도 영향이 없어 효과를 보이지 못함 (적용 전 1회, 적용 후 1회)');
    expect(strategies).not.toContain('판정 불가 → 흡수');
  });
});

it('what the terminal prints at the end of a batch says the same', () => {
  const data = { hurt: ['answers', 'data'], ttrMs: 43_000 } as const;
  const wrong = run('wrong', { ...data, level: 'L2' }, { fault: 'coupon-race' });
  let text = '';
  const out = { write: (words: string) => (text += words) };
  const context = { output: { out }, cwd: '/' } as unknown as CommandContext;
  const runs = comparedDrills([run('plain', ineffective), mitigated, wrong]);
  printDrills(runs, [], { json: false } as DrillOptions, context);
  const rowOf = (fault: string) => text.split('\n').find((line) => line.trim().startsWith(`${fault} `)) ?? '';
  expect(rowOf('deadlock-retried')).toMatch(/undetermined +- +- +- +- +mitigated/);
  expect(text).toContain('mitigated: not to be trusted: not-shown\n');
  expect(rowOf('coupon-race')).toMatch(/L2 .* 43\.0 s \(data\) /);
  expect(rowOf('coupon-race')).not.toContain('undetermined');
});

it('a drill that was felt, or that has no mitigation, is not changed by others, nor is a run without one', () => {
  const felt = run('felt', { level: 'L3' }, retried);
  const runs = [felt, run('plain', ineffective), run('absorbed', nothing), couponRun()];
  expect(comparedDrills(runs).map(({ record }) => record)).toEqual(runs.map(({ record }) => record));
});
