import { expect, it } from 'vitest';
import type { Assessment } from '../../../src/record/drill.ts';
import { worstFaults } from '../../../src/report/drill/worst-fault.ts';
import { builtAssessment, drilledRun, placeboRun } from './built-drill.ts';

const drilled = (fault: string, failure: 'lock' | 'deadlock', assessment: Partial<Assessment>) =>
  drilledRun({ fault, failure, assessment: builtAssessment({ doubts: [], ...assessment }) }, { id: fault }).record;

it('of each row the one of the worst level, then of the longest repair, that can be trusted', () => {
  const doubt = { id: 'ineffective', values: {} };
  expect(
    worstFaults([
      placeboRun().record,
      drilled('redis-stall', 'lock', { level: 'L2', ttrMs: 60_000 }),
      drilled('lock-orphan', 'lock', { level: 'L1', ttrMs: 10_000 }),
      drilled('redis-killed', 'lock', { level: 'L1', ttrMs: null }),
      drilled('deadlock', 'deadlock', { level: 'L1', doubts: [doubt] }),
    ]),
  ).toEqual(['redis-killed']);
});

it('is none where nothing was drilled', () => {
  expect(worstFaults([])).toEqual([]);
});
