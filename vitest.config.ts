import { defineConfig } from 'vitest/config';

const shared = { environment: 'node' as const };

// On an engine that the tests may use as they like: not part of `npm test`.
const docker = {
  test: {
    ...shared,
    name: 'docker',
    include: ['cli/test/docker/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    fileParallelism: false,
    sequence: { groupOrder: 3 },
  },
};

/** Where the real stores run, one file after the other. */
const integration = { ...shared, testTimeout: 120_000, hookTimeout: 180_000, fileParallelism: false };

/** Runs on MariaDB, the server of the toolchain, and once more on the MySQL that LOADKIT_TEST_MYSQLD names. */
const speaksMysql = [
  'cli/test/integration/{external-stack,fault-stores,fault-undo,probe-invariants,probe-mysql*,stack-mysql}.test.ts',
  'reference-service/test/integration/**/*.test.ts',
];
const mysqld = process.env.LOADKIT_TEST_MYSQLD ?? '';
const mysqlHalf = 'cli/test/integration/mysql-half.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        // A hang is found all the same; five seconds are too few for a machine that does other things.
        test: {
          ...shared,
          name: 'unit',
          include: ['{cli,reference-service}/test/unit/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          ...integration,
          name: 'integration',
          include: ['{cli,reference-service}/test/integration/**/*.test.ts'],
          exclude: [mysqlHalf],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...integration,
          name: 'integration-mysql',
          include: [mysqlHalf, ...(mysqld === '' ? [] : speaksMysql)],
          env: { LOADKIT_MYSQLD: mysqld },
          sequence: { groupOrder: 2 },
        },
      },
      ...(process.env.LOADKIT_TEST_DOCKER === '1' ? [docker] : []),
      {
        test: {
          ...shared,
          name: 'e2e',
          include: ['cli/test/e2e/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
