import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadServiceManifest } from '../../src/stack/service-manifest-file.ts';

const process = { name: 'api', command: ['node', 'main.js'], target: true, ready: '/ready' };
const least = { name: 'thing', needs: ['redis'], processes: [process] };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-manifest-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(content: unknown) {
  writeFileSync(join(folder, 'loadkit.json'), typeof content === 'string' ? content : JSON.stringify(content));
  return loadServiceManifest(folder);
}

it('fills in what a short manifest leaves out', async () => {
  expect(await load(least)).toMatchObject({ fixture: {}, settings: {}, processes: [{ env: {}, restart: false }] });
});

it('reads the manifest of the reference service', async () => {
  const reference = fileURLToPath(new URL('../../../reference-service', import.meta.url));
  expect(await loadServiceManifest(reference)).toMatchObject({
    name: 'coupon-order',
    processes: [{ name: 'api', canary: '/api/coupons/1' }, { name: 'worker' }],
  });
});

it('says which file is missing', async () => {
  await expect(loadServiceManifest(folder)).rejects.toMatchObject({
    code: 'manifest-missing',
    exitCode: 2,
    message: expect.stringContaining(join(folder, 'loadkit.json')),
  });
});

it('says where it is not JSON', async () => {
  await expect(load('{\n  "name": "x",\n  nope\n}')).rejects.toMatchObject({
    code: 'manifest-invalid',
    exitCode: 2,
    message: expect.stringContaining('loadkit.json:3:3 is not JSON'),
  });
  await expect(load('{\n  "name": "x"')).rejects.toThrow('loadkit.json:2:14 is not JSON');
});

it('names a key that it does not know, with its place', async () => {
  await expect(load({ ...least, colour: 1 })).rejects.toThrow('unknown key "colour"');
  await expect(load({ ...least, processes: [{ ...process, port: 1 }] })).rejects.toThrow(
    'processes[0]: unknown key "port"',
  );
});

it('names a wrong value with its place and what was expected', async () => {
  await expect(load({ ...least, needs: ['oracle'] })).rejects.toThrow(/needs\[0\]: .*"redis"\|"mysql"\|"kafka"/);
});

it('lets nobody but the target have a canary', async () => {
  const worker = { ...process, name: 'worker', target: false };
  const canary = '/api/things/1';
  expect((await load({ ...least, processes: [{ ...process, canary }, worker] })).processes[0]?.canary).toBe(canary);
  await expect(load({ ...least, processes: [process, { ...worker, canary }] })).rejects.toThrow(
    '"worker" has a canary',
  );
});

it('changes no setting of the running service that it does not have', async () => {
  const overrides = { env: 'OVERRIDES_FILE', metric: 'settings_override', settings: ['MODE'] };
  const settings = { MODE: { default: 'calm', about: 'how it is' } };
  expect((await load({ ...least, settings, overrides })).overrides).toEqual(overrides);
  expect((await load(least)).overrides).toBeUndefined();
  await expect(load({ ...least, overrides })).rejects.toThrow('overrides.settings: "MODE" is not among the settings');
  await expect(load({ ...least, settings, overrides: { ...overrides, settings: [] } })).rejects.toThrow(
    'overrides.settings: ',
  );
});

it('wants exactly one target, and names only once', async () => {
  await expect(load({ ...least, processes: [{ ...process, target: false }] })).rejects.toThrow('found 0 of 1');
  await expect(load({ ...least, processes: [process, process] })).rejects.toThrow('two are named "api"');
});
