import { describe, expect, it } from 'vitest';
import type { ApiCourse } from '../../../src/assess/api-course.ts';
import { type LevelFigures, levelOf } from '../../../src/assess/level.ts';
import { type LevelRule, levelRuleSchema } from '../../../src/record/level-rules.ts';
import { detailValues } from '../../../src/report/detail-format.ts';
import { numberFormat } from '../../../src/report/number-format.ts';
import { loadSentences, namesIn } from '../../../src/report/sentences.ts';
import { loadStart } from '../judge/built-run.ts';
import { templatesFolder } from '../report/built-report.ts';
import { alarm, rules } from './built-drill.ts';

const untouched: LevelFigures = {
  apis: [],
  usersShare: null,
  invariants: [],
  repairedInvariants: [],
  alarms: [],
  staleMs: null,
};

/** Seconds of an API with what users got of each. */
function api(name: string, availability: readonly number[], changes: Partial<ApiCourse> = {}): ApiCourse {
  const seconds = availability.map((value, index) => ({
    ...{ from: loadStart + index * 1_000, to: loadStart + (index + 1) * 1_000, availability: value },
  }));
  const goodShare = availability.reduce((sum, value) => sum + value, 0) / availability.length;
  return { api: name, seconds, goodShare, worstP95Ms: 6, baselineP95Ms: 5, ...changes };
}

const times = (count: number, value: number) => new Array<number>(count).fill(value);
const level = (figures: Partial<LevelFigures>) => levelOf(rules, { ...untouched, ...figures });
const invariant = (id: string) => ({ id, outcome: 'violated' as const, violations: 3, evidence: {}, reason: null });
const unrepaired = (...invariants: ReadonlyArray<ReturnType<typeof invariant>>) => ({
  invariants,
  repairedInvariants: invariants,
});

describe('the rules that come with loadkit', () => {
  it.each<[string, string, Partial<LevelFigures>]>([
    ['L1', 'all-apis-down', { apis: [api('a', times(10, 0.4)), api('b', times(10, 0.4))] }],
    ['L2', 'api-degraded', { apis: [api('a', times(9, 0.4))] }],
    ['L2', 'api-degraded', { apis: [api('a', times(20, 0.4)), api('b', times(20, 1))] }],
    ['L1', 'orders-down', { apis: [api('create_order', times(30, 0.05)), api('b', times(30, 1))] }],
    ['L2', 'api-degraded', { apis: [api('create_order', times(29, 0.05)), api('b', times(29, 1))] }],
    ['L1', 'half-of-users', { usersShare: 0.5 }],
    ['L2', 'some-users', { usersShare: 0.05 }],
    ['L1', 'orders-lost', unrepaired(invariant('double-accrual'), invariant('order-lost'))],
    ['L1', 'orders-lost', unrepaired(invariant('points-missing'))],
    ['L2', 'data-wrong', unrepaired(invariant('double-accrual'))],
    ['L2', 'data-wrong', { invariants: [invariant('order-lost'), invariant('points-missing')] }],
    ['L2', 'api-degraded', { apis: [api('a', times(60, 0.98))] }],
    ['L2', 'api-down', { apis: [api('a', [...times(990, 1), ...times(10, 0.89)], { goodShare: 0.999 })] }],
    ['L3', 'slo-alarm', { alarms: [alarm(3, { rule: 'burn-rate' })] }],
    ['L3', 'slo-alarm', { alarms: [alarm(3, { signal: 'backlog:outbox_pending_rows', rule: 'limit' })] }],
    ['L3', 'slo-alarm', { alarms: [alarm(3, { signal: 'unprocessed:points', rule: 'limit' })] }],
    ['L3', 'slo-alarm', { alarms: [alarm(3, { signal: 'wrong:over-issue', rule: 'limit' })] }],
    ['L3', 'slow', { apis: [api('a', times(3, 1), { worstP95Ms: 10.5 })] }],
    ['L3', 'stale', { staleMs: 60_000 }],
    ['absorbed', '', {}],
    [
      'absorbed',
      '',
      {
        usersShare: 0.049,
        staleMs: 59_999,
        alarms: [alarm(3, { signal: 'restarts' }), alarm(4, { signal: 'backlog-growth:x' })],
      },
    ],
    ['absorbed', '', { apis: [api('a', times(60, 0.995), { worstP95Ms: 8, baselineP95Ms: 4 })] }],
  ])('%s by %s', (wanted, clause, figures) => {
    const found = level(figures);
    expect(found.level).toBe(wanted);
    expect(found.clause?.id ?? '').toBe(clause);
  });

  it('take ten seconds that lasted some milliseconds less', () => {
    const short = api('a', times(10, 0.4));
    const seconds = short.seconds.map((second, index) => (index === 9 ? { ...second, to: second.to - 40 } : second));
    expect(level({ apis: [{ ...short, seconds }] }).clause?.id).toBe('all-apis-down');
  });

  it('do not add up what was broken off', () => {
    const twice = api('a', [...times(9, 0.4), 1, ...times(9, 0.4)], { goodShare: 1 });
    expect(level({ apis: [twice] }).level).toBe('absorbed');
  });
});

it('of several invariants the one that was violated most often is named', () => {
  const invariants = [invariant('over-issue'), { ...invariant('duplicate-issue'), violations: 460 }];
  expect(level({ invariants }).clause?.values).toMatchObject({ invariant: 'duplicate-issue', violations: 460 });
});

it('the first rule that matches decides', () => {
  const mild: LevelRule = {
    ...{ id: 'mild', level: 'L3', measure: 'invariants' },
    ...{ invariants: 'any', counted: 'before-repair' },
  };
  const figures = { ...untouched, invariants: [invariant('order-lost')] };
  expect(levelOf({ ...rules, rules: [mild, ...rules.rules] }, figures)).toMatchObject({
    level: 'L3',
    clause: { id: 'mild' },
  });
});

it.each(['ko', 'en'] as const)('every clause can be said in %s with the figures that it compared', (lang) => {
  const sentences = loadSentences(templatesFolder, lang);
  const speech = { ...sentences, name: namesIn(sentences), format: numberFormat(lang) };
  const figures: LevelFigures = {
    apis: [api('create_order', times(60, 0.01), { worstP95Ms: 5_000 })],
    usersShare: 0.6,
    ...unrepaired(invariant('order-lost')),
    alarms: [alarm(3)],
    staleMs: 90_000,
  };
  const said = rules.rules.map((rule) => {
    const { clause } = levelOf({ ...rules, rules: [rule] }, figures);
    if (clause === null) throw new Error(rule.id);
    return sentences.say(`clause.${String(clause.values.measure)}`, detailValues(speech, clause.values, loadStart));
  });
  expect(said.join('\n')).not.toMatch(/clause\.|NaN|undefined|\{\{/);
  const measures = levelRuleSchema.options.map(({ shape }) => `clause.${shape.measure.value}`);
  expect(measures.filter((key) => !sentences.has(key))).toEqual([]);
});
