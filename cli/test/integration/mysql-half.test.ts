import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { findStores, skipWithout } from './probe-stores.ts';

const named = readEnvironment().lookup('LOADKIT_TEST_MYSQLD') ?? '';

describe.skipIf(skipWithout('all that runs on MySQL too', named !== '', 'LOADKIT_TEST_MYSQLD=…/mysqld'))(
  'the tests on MySQL',
  () => {
    it('run on the server that LOADKIT_TEST_MYSQLD names, and it is MySQL', async () => {
      expect(named, 'LOADKIT_TEST_MYSQLD has to name a mysqld').not.toBe('');
      const { mysql } = await findStores();
      expect(mysql).toMatchObject({ product: 'MySQL', source: 'setting' });
    });
  },
);
