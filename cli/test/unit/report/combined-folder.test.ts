import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { combinedFolder } from '../../../src/commands/combined-folder.ts';
import { RunFolder } from '../../../src/record/run-folder.ts';
import { drilledRun } from './built-drill.ts';
import { couponRun, orderRun } from './built-report.ts';

const inFolder = ({ record }: ReturnType<typeof couponRun>) => ({
  folder: new RunFolder('/reports', '20261124-093015-coupon-x7k2'),
  record,
});

it('the report of several runs has a folder beside theirs, named for them', () => {
  expect(combinedFolder([inFolder(couponRun()), inFolder(orderRun())])).toBe(
    '/reports/20261124-093015-coupon+order-x7k2',
  );
});

it('says that it joins drills', () => {
  const drills = [drilledRun(), drilledRun()].map(inFolder);
  expect(combinedFolder([inFolder(couponRun()), ...drills])).toBe('/reports/20261124-093015-coupon+drill-2x-x7k2');
});

it('stays beside them whatever a record calls its scenario', () => {
  const { scenario } = couponRun().record;
  if (scenario === null) throw new Error('a built run has a scenario');
  const stranger = couponRun({ scenario: { ...scenario, name: `../../etc/${'x'.repeat(500)}` } });
  const folder = combinedFolder([inFolder(stranger), inFolder(stranger)]);
  expect(dirname(folder)).toBe('/reports');
  expect(folder.length).toBeLessThan(200);
});
