import { expect, it } from 'vitest';
import { drillSchema } from '../../../src/record/drill.ts';
import { levelRulesSchema } from '../../../src/record/level-rules.ts';
import { builtDrill } from '../report/built-drill.ts';

it('reads the record of a drill from before users, lateness and repair were counted', () => {
  const { lateness: _, repair: __, assessment, ...drill } = builtDrill();
  if (assessment === null || assessment.damage === null) throw new Error('a built drill is assessed');
  const { unstarted, usersAsked, repaired, ...damage } = assessment.damage;
  expect([unstarted, usersAsked, repaired]).toEqual([40, 2_000, 0]);
  const former = { ...drill, assessment: { ...assessment, damage: { ...damage, usersAffected: null } } };
  const found = drillSchema.parse(JSON.parse(JSON.stringify(former)));
  expect(found).toMatchObject({ lateness: null, repair: null });
  expect(found.assessment?.damage).toMatchObject({ unstarted: null, usersAsked: null, repaired: null, late: 3 });
});

it('reads the rules of a former version as they were meant', () => {
  const rule = { id: 'orders-lost', level: 'L1', measure: 'invariants', invariants: ['order-lost'] };
  expect(levelRulesSchema.parse({ name: 'loadkit', version: 1, rules: [rule] }).rules).toEqual([
    { ...rule, counted: 'before-repair' },
  ]);
});

it('reads the record of a drill from before all that was hurt counted, and a repair that was left out', () => {
  const { assessment, ...drill } = builtDrill();
  if (assessment === null) throw new Error('a built drill is assessed');
  const { hurt, withoutMitigation: _, ...former } = assessment;
  expect(hurt).toEqual(['answers']);
  const repair = { figures: null, invariants: [], error: 'no database' };
  const found = drillSchema.parse(JSON.parse(JSON.stringify({ ...drill, repair, assessment: former })));
  expect(found.repair?.skipped).toBeNull();
  expect(found.assessment).toMatchObject({ hurt: null, withoutMitigation: null, ttrMs: 22_000 });
});
