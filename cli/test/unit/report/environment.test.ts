import { expect, it } from 'vitest';
import type { Part } from '../../../src/record/run-record.ts';
import { couponRun } from './built-report.ts';
import { rowsOf, sectionOf } from './built-section.ts';

const part = (name: string, settings: Part['settings']): Part => ({
  ...{ name, product: 'coupon-order', version: '0.1.0', origin: 'local', settings },
});
const namesOf = (parts: Part[]) => [...rowsOf(sectionOf([couponRun({ parts })], 'environment')).keys()];

it('processes of one program with the same settings stand in one row', () => {
  const names = namesOf([part('api', { ISSUE_STRATEGY: 'lua' }), part('worker', { ISSUE_STRATEGY: 'lua' })]);
  expect(names).toContain('api, worker');
});

it('processes that differ in a setting stand apart', () => {
  const names = namesOf([part('api', { MYSQL_POOL_SIZE: '4' }), part('worker', { MYSQL_POOL_SIZE: '16' })]);
  expect(names).toEqual(expect.arrayContaining(['api', 'worker']));
});
