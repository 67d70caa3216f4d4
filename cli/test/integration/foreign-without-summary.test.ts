import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onlyRun, workplaces } from '../e2e/loadkit.ts';
import { type ForeignTarget, startForeignTarget } from './foreign-target.ts';

const scripts = join(import.meta.dirname, '..', 'fixtures', 'foreign');

/** Script, and the code with which bare k6 ends, which `foreign-exit-code.test.ts` shows. */
const table: ReadonlyArray<readonly [script: string, code: number]> = [
  // Their own thresholds, groups, checks and metrics.
  ['groups-and-checks.js', 0],
  ['threshold-on-group.js', 99],
  ['threshold-on-url.js', 99],
  ['threshold-on-check.ts', 99],
  ['custom-metrics.js', 0],
  ['several-scenarios.js', 0],
  ['dropped.js', 99],
  ['per-vu-iterations.js', 0],
  // What k6 passes and loadkit would not: no sample, too few, a tag that is off.
  ['no-samples.js', 0],
  ['own-system-tags.js', 0],
  ['vu-tag-threshold.js', 0],
  ['every-url-its-own.js', 0],
  // Ends that are no threshold's, and iterations that were cut or threw.
  ['setup-throws.js', 107],
  ['test-abort.js', 108],
  ['test-fail.js', 110],
  ['default-throws.js', 0],
  ['ramping-down.js', 0],
  // Other protocols.
  ['websocket.js', 0],
  ['websockets-events.js', 99],
  ['grpc.js', 0],
];

let target: ForeignTarget;
const { place, removeAll } = workplaces();

beforeAll(async () => {
  delete process.env.BASE_URL;
  target = await startForeignTarget();
});
afterAll(async () => {
  await target.close();
  removeAll();
});

describe('without the summary of k6 a script that is not ours has the exit code of bare k6 all the same', () => {
  it.concurrent.each(table)('%s: %i', async (script, code) => {
    const here = place();
    const { exitCode, stderr } = await here.loadkit(
      ['run', join(scripts, script), '--no-k6-summary', '--quiet'],
      target.env,
    );
    const { record } = onlyRun(here);
    expect([exitCode, record.load?.summary], stderr).toEqual([code, null]);
    const reasons = record.judgement?.verdict.reasons.map(({ id }) => id) ?? [];
    expect(reasons).not.toContain('iterations-differ');
  });
});
