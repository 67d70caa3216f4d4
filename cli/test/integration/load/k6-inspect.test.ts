import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LoadFixture, openLoadFixture } from './load-fixture.ts';

let fixture: LoadFixture;

beforeAll(async () => {
  fixture = await openLoadFixture();
});
afterAll(() => fixture.close());

async function script(name: string, text: string): Promise<string> {
  const file = join(fixture.folder, name);
  await writeFile(file, text);
  return file;
}

test('a scenario is described before it runs', async () => {
  const { scenario, extension } = await fixture.inspect('target.js', {
    parameters: { profile: 'open', rate: '50', duration: '30s', env: { API_TOKEN: 'abc', TARGET_PATH: '/' } },
  });

  expect(scenario).toMatchObject({
    name: 'test',
    file: 'target.js',
    profile: 'open',
    seed: 1,
    model: 'open',
    shape: 'arrival rate 50/s · 30s · ≤ 40 VU',
    plannedMs: 30_000,
    maxVus: 40,
    parameters: { LOADKIT_RATE: '50', LOADKIT_DURATION: '30s', API_TOKEN: '***', TARGET_PATH: '/' },
    endpoints: [{ name: 'item', method: 'GET', label: 'GET /item' }],
  });
  expect(scenario.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(extension.thresholds).toEqual({ mysql_deadlocks: ['count==0'] });
});

test('a script may read the environment while it is inspected, as it may while it runs', async () => {
  const file = await script(
    'environment.js',
    'export const options = { vus: Number(__ENV.HOW_MANY), duration: "1s" }; export default () => {};',
  );

  const { scenario } = await fixture.inspect(file, { inherited: { HOW_MANY: '3' } });

  expect(scenario.shape).toBe('3 VU · 1s');
});

test.each([
  ['syntax.ts', 'export default function () { let x = ; }', 107, /syntax\.ts: Line 1:\d+ Unexpected/],
  ['import.js', 'import { x } from "./absent.js"; export default () => x;', 107, /absent\.js/],
  ['init.js', '\nthrow new Error("boom");\nexport default () => {};', 107, /boom[\s\S]*init\.js:2:7/],
  ['options.js', 'export const options = { vus: "many" }; export default () => {};', 104, /many/],
  [
    'gate.js',
    'export const options = { thresholds: { http_reqs: ["wat<1"] } }; export default () => {};',
    104,
    /wat<1/,
  ],
  ['empty.js', 'export const options = {};', 255, /no exported functions/],
])('k6’s own message and exit code say why it cannot load %s', async (name, text, exitCode, message) => {
  const file = await script(name, text);

  await expect(fixture.inspect(file)).rejects.toMatchObject({
    code: 'script-failed',
    exitCode,
    message: expect.stringMatching(message),
  });
});

test.each([
  ["import sql from 'k6/x/sql'; export default () => sql;", 'this k6 does not have k6/x/sql'],
  ["'use k6 >= 99.0'; export default () => {};", 'this k6 does not have k6 >=99.0'],
])('what a script needs of another k6 is named, and nothing is fetched: %s', async (text, message) => {
  await expect(fixture.inspect(await script('needs.js', text))).rejects.toMatchObject({
    exitCode: 107,
    message: expect.stringContaining(message),
    hint: expect.stringContaining('LOADKIT_K6'),
  });
});

test('a script with iterations alone has one user, as k6 run gives it', async () => {
  const file = await script('iterations.js', 'export const options = { iterations: 5 }; export default () => {};');
  expect((await fixture.inspect(file)).scenario).toMatchObject({
    shape: '1 VU · 5 iterations',
    maxVus: 1,
    foreign: true,
  });
});

test('a script that mentions loadkit and is none of its scenarios is inspected as what it is', async () => {
  const text = `
    // Was written before loadkit.
    if (__ENV.LOADKIT_PROFILE !== undefined || __ENV.SEED !== undefined) throw new Error('not for me');
    export const options = { vus: Number(__ENV.SEED || 2), duration: '1s' };
    export default () => {};`;
  expect((await fixture.inspect(await script('mentions.js', text))).scenario).toMatchObject({
    foreign: true,
    shape: '2 VU · 1s',
    seed: null,
  });
});

test.each([
  ['{ threshold: {} }', /threshold/],
  ['{ thresholds: { redis_ping_ms: "max<5" } }', /ext\.loadkit\.thresholds\.redis_ping_ms/],
])('an extension that cannot be right is an error that names the key: %s', async (extension, message) => {
  const file = await script(
    'extension.js',
    `export const options = { ext: { loadkit: ${extension} } }; export default () => {};`,
  );

  await expect(fixture.inspect(file)).rejects.toMatchObject({
    code: 'scenario-extension',
    exitCode: 2,
    message: expect.stringMatching(message),
  });
});
