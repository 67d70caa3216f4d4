import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { faultTargetSchema } from '../../../src/faults/fault-target.ts';
import { prepareOverride, shows } from '../../../src/faults/settings-override.ts';

const page = (line: string) =>
  `# HELP settings_override Overrides in force.\n# TYPE settings_override gauge\n${line}\n`;
const ours = (line: string) => shows(page(line), 'settings_override', 'ours');

it.each([
  'settings_override{id="ours"} 1',
  'settings_override{process="api",id="ours"} 1',
  'settings_override{id="ours"} 1.0 1700000000000',
])('is in force by %s', (line) => {
  expect(ours(line)).toBe(true);
});

it.each([
  '',
  'settings_override{id="ours"} 0',
  'settings_override{id="ours"}',
  'settings_override{id="theirs"} 1',
  'settings_override{id="ours-too"} 1',
  'settings_override_total{id="ours"} 1',
  '# settings_override{id="ours"} 1',
])('is not in force by "%s"', (line) => {
  expect(ours(line)).toBe(false);
});

it('is replaced by other settings under the same id and for as long', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lk-override-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const overridesFile = join(folder, 'overrides.json');
  const inFile = () => JSON.parse(readFileSync(overridesFile, 'utf8'));
  // As a service that looks at its file.
  const server = createServer((_, response) => {
    response.end(existsSync(overridesFile) ? page(`settings_override{id="${inFile().id}"} 1`) : '');
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const { signal } = new AbortController();
  const target = faultTargetSchema.parse({
    ...{
      baseUrl: null,
      redisUrl: null,
      mysqlUrl: null,
      kafkaBrokers: null,
      proxies: {},
      processes: [],
      redisLocks: [],
    },
    ...{ overridesFile, overridable: ['ACCRUAL_INBOX', 'ACCRUAL_DELAY_MS'] },
    ...{ overridesMetric: 'settings_override', metricsUrls: { worker: `http://127.0.0.1:${port}` } },
  });
  const override = await prepareOverride(target, { ACCRUAL_INBOX: 'off', ACCRUAL_DELAY_MS: '500' }, signal);
  const until = Date.now() + 60_000;
  await override.inject(async () => undefined, signal, until);
  const injected = inFile();
  expect(injected).toMatchObject({ until, settings: { ACCRUAL_INBOX: 'off', ACCRUAL_DELAY_MS: '500' } });
  await override.replace({ ACCRUAL_INBOX: 'off' }, signal, until);
  expect(inFile()).toEqual({ id: injected.id, until, settings: { ACCRUAL_INBOX: 'off' } });
  expect(override.undo).toEqual([{ kind: 'overrides', file: overridesFile, id: injected.id }]);
});
