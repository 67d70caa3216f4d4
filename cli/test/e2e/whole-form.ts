import { it } from 'vitest';

/** Everything (`LOADKIT_TEST_WHOLE=1`, `npm run test:whole`), or the sample of it that `npm test` takes. */
export const isWhole = process.env.LOADKIT_TEST_WHOLE === '1';

/** A test of the whole form. There is none in the sample: a test that is skipped counts as one that could not be run. */
export const itInWhole = (title: string, test: () => Promise<void>): void => {
  if (isWhole) it(title, test);
};
