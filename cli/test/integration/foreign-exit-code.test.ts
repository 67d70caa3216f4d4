import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workplaces } from '../e2e/loadkit.ts';
import { type ForeignTarget, startForeignTarget } from './foreign-target.ts';
import { k6ForTests } from './load/k6-tool.ts';

const scripts = join(import.meta.dirname, '..', 'fixtures', 'foreign');

/** Script, k6's load flags, `-e`, and the code with which bare k6 ends. */
type Row = readonly [script: string, code: number, flags?: readonly string[]];

const table: readonly Row[] = [
  // Their own thresholds, groups, checks and metrics.
  ['groups-and-checks.js', 0],
  ['threshold-on-group.js', 99],
  ['threshold-on-url.js', 99],
  ['threshold-on-check.ts', 99],
  ['custom-metrics.js', 0],
  ['several-scenarios.js', 0],
  ['abort-on-fail.js', 99],
  ['dropped.js', 99],
  ['ramping-down.js', 0],
  ['per-vu-iterations.js', 0],
  // What k6 passes and loadkit would not: no sample, too few, a tag that is off, no request.
  ['no-samples.js', 0],
  ['own-system-tags.js', 0],
  ['vu-tag-threshold.js', 0],
  ['no-requests.js', 0],
  ['every-url-its-own.js', 0],
  // Their own beginning and end.
  ['setup-and-teardown.js', 0],
  ['setup-throws.js', 107],
  ['setup-too-slow.js', 100],
  ['teardown-too-slow.js', 101],
  ['summary-to-files.js', 0],
  ['summary-without-groups.js', 0],
  ['summary-throws.js', 0],
  ['test-abort.js', 108],
  ['test-fail.js', 110],
  ['default-throws.js', 0],
  ['throws-on-failure.js', 0],
  // Other protocols and ways to ask.
  ['websocket.js', 0],
  ['websockets-events.js', 99],
  ['grpc.js', 0],
  ['batch.js', 0],
  ['async.js', 0],
  ['many-options.js', 0],
  // Modules and data.
  ['shared-data.js', 0],
  ['options-from-module.js', 0],
  ['options-from-module.js', 99, ['-e', 'USERS=2', '-e', 'AT_LEAST=100']],
  ['common-js.js', 0],
  ['no-default-function.js', 0],
  ['reads-environment.js', 0],
  // What k6 cannot load.
  ['init-throws.js', 107],
  ['init-throws.js', 107, ['-e', 'TARGET=elsewhere']],
  ['missing-function.js', 104],
  ['unknown-metric.js', 104],
  ['wrong-options.js', 104],
  ['wrong-trend-stat.js', 255],
  ['nothing-exported.js', 255],
  ['remote-module.js', 107],
  ['npm-module.js', 107],
  ['extension.js', 107],
  ['newer-k6.js', 107],
  // k6's load flags, which replace what the script says.
  ['several-scenarios.js', 104, ['--vus', '2', '--iterations', '4']],
  ['per-vu-iterations.js', 99, ['--vus', '2', '--iterations', '4']],
  ['custom-metrics.js', 0, ['--vus', '2', '--duration', '1s']],
  ['ramping-down.js', 0, ['--stage', '400ms:2', '--stage', '300ms:0']],
  ['groups-and-checks.js', 104, ['--iterations', '5', '--stage', '1s:2']],
  ['groups-and-checks.js', 104, ['--vus', '5', '--iterations', '2']],
];

let target: ForeignTarget;
const { place, removeAll } = workplaces();
const bareFolder = mkdtempSync(join(tmpdir(), 'loadkit-bare-'));
const empty = mkdtempSync(join(tmpdir(), 'loadkit-config-'));
const k6 = k6ForTests().executable.file;

beforeAll(async () => {
  // Vitest sets one of its own.
  delete process.env.BASE_URL;
  target = await startForeignTarget();
});
afterAll(async () => {
  await target.close();
  removeAll();
  for (const folder of [bareFolder, empty]) rmSync(folder, { recursive: true, force: true });
});

describe('the exit code of loadkit is that of bare k6', () => {
  it.concurrent.each(table.map(([name, code, flags = []]) => [[name, ...flags].join(' '), code, name, flags] as const))(
    '%s: %i',
    async (_, code, name, flags) => {
      await compare(name, code, flags);
    },
  );

  it.concurrent.for([
    ['tls.js', 0],
    ['tls-untrusted.js', 99],
  ] as const)('%s: %i', async ([name, code], { skip }) => {
    const isRequired = process.env.LOADKIT_REQUIRE_TOOLS !== undefined;
    if (target.env.TARGET_TLS === undefined && !isRequired) skip('미실시: no openssl to make a certificate with');
    await compare(name, code, []);
  });
});

/** Without what the tests and their runner are told: a stranger's script would not find it. */
const withoutOurs = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(LOADKIT_|K6_|BASE_URL$)/.test(name)),
);

async function compare(name: string, code: number, flags: readonly string[]): Promise<void> {
  const script = join(scripts, name);
  const env = { ...target.env, XDG_CONFIG_HOME: empty };
  const bare = await execa(k6, ['run', '--quiet', ...flags, script], {
    cwd: bareFolder,
    extendEnv: false,
    // Nothing may be fetched to make up for what a script asks of its k6.
    env: { ...withoutOurs, ...env, K6_BUILD_SERVICE_URL: 'http://127.0.0.1:0', K6_NO_USAGE_REPORT: 'true' },
    reject: false,
    stdin: 'ignore',
    timeout: 60_000,
  });
  const watched = await place().loadkit(['run', script, ...flags, '--quiet'], { ...env, LOADKIT_K6: k6 });
  expect({ bare: bare.exitCode, watched: watched.exitCode }, `${bare.stderr}\n----\n${watched.stderr}`).toEqual({
    bare: code,
    watched: code,
  });
}
