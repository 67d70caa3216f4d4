import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repeatCommand } from '../../../src/commands/repeat-command.ts';
import { parseK6Console } from '../../../src/load/k6-console.ts';
import { RunFacts } from '../../../src/pipeline/run-facts.ts';
import { failureText } from '../../../src/probes/failure.ts';
import { runRecordSchema } from '../../../src/record/run-record.ts';
import type { SeriesLine } from '../../../src/record/series.ts';
import { indexSeries } from '../../../src/record/series-index.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { formats } from '../../../src/report/format.ts';
import { annotations } from '../../../src/report/renderers/annotation.ts';
import { terminalSummary } from '../../../src/report/renderers/terminal.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { obituary } from '../../../src/stack/obituary.ts';
import { LoadkitError } from '../../../src/system/error.ts';
import { maskSecrets } from '../../../src/system/secret.ts';
import { builtOptions, noUrls } from '../built-options.ts';
import { loadEnd, loadStart } from '../judge/built-run.ts';
import { handClock } from '../probes/hand-clock.ts';
import { couponRun, render, templatesFolder } from './built-report.ts';

/** Each secret is a word that appears nowhere else. */
const said = [
  'GET http://app:zq1secret@10.0.0.1/x failed',
  'mysql://root:zq2p@ss@127.0.0.1:3306/shop refused',
  'Authorization: Bearer zq3.abc-def',
  '{"authorization":"Basic enE0c2VjcmV0"}',
  'sent Cookie: sid=zq5secret; theme=dark',
  'set-cookie: session=zq6secret; Path=/',
  'DB_PASSWORD=zq7secret',
  '{"access_token":"zq8secret","n":1}',
  'x-api-key: zq9secret',
  'redis://:zq10secret@127.0.0.1:6379',
  'eyJhbGciOiJIUzI1NiJ9.zq11eyJzdWIi.zq11sig',
  'curl --password zq12secret http://127.0.0.1',
  'https://s3/x?signature=zq13secret&n=1',
];
const everySecret = /zq\d|enE0c2VjcmV0/;

const settings = { DB_PASSWORD: 'zq20secret zq34secret', STRIPE_API_KEY: 'zq21secret', PLAIN: 'kept' };
const options = builtOptions({
  set: settings,
  fixture: { ADMIN_TOKEN: 'zq22 secret' },
  external: {
    ...noUrls,
    baseUrl: 'http://u:zq23secret@127.0.0.1:8080',
    redisUrl: 'redis://:zq24secret@127.0.0.1:6379',
    mysqlUrl: 'mysql://root:zq25secret@127.0.0.1:3306/shop',
    metricsUrls: { api: 'http://m:zq26secret@127.0.0.1/metrics?token=zq27secret' },
  },
});

let folder: string;
let run: ReportedRun;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'loadkit-test-secret-'));
  run = await recordWithSecrets(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Through the code that a run's facts go through: what was typed, what k6 and the parts printed, what failed. */
async function recordWithSecrets(at: string): Promise<ReportedRun> {
  const base = couponRun().record;
  if (base.scenario === null || base.load === null) throw new Error('a built run has a load');
  const scenario = {
    ...base.scenario,
    options: { tlsAuth: [{ password: 'zq28secret', cert: 'x' }], tags: { note: said[2] ?? '' } },
    parameters: { API_TOKEN: '***', TARGET: 'http://a:zq29secret@127.0.0.1' },
  };
  const events: SeriesLine[] = [];
  const facts = new RunFacts(
    {
      id: base.id,
      loadkit: base.loadkit,
      command: repeatCommand({ scenario, service: { settings } }, options),
      timeZone: base.timeZone,
      host: base.host,
      git: null,
      scenario,
      set: settings,
      allowedHosts: [],
      notices: [{ id: 'variables-ignored', values: { names: said.join(' ') } }],
    },
    handClock(loadStart - 1_000),
    (event) => events.push(event),
  );
  facts.addParts([
    {
      name: 'api',
      product: 'x',
      version: '1',
      origin: 'local',
      settings: { password: 'zq30secret', url: said[1] ?? '' },
    },
  ]);
  facts.add({ fixture: { ADMIN_TOKEN: 'zq31secret', users: 3 }, probeNotes: { redis: [...said] } });
  facts.add({ load: { ...base.load, consoleTail: parseK6Console(said.join('\n')).tail, exitCode: 107 } });
  for (const line of said) facts.addError(new LoadkitError('x', `it said: ${line}`, { hint: line }));
  const logFile = join(at, 'api.log');
  for (const [index, line] of said.entries()) {
    writeFileSync(logFile, `${line}\n`);
    const exit = { code: 1, signal: null, at: loadStart + index * 1_000 };
    events.push(await obituary({ name: 'api', logFile }, exit));
    events.push({
      ...{ kind: 'sample', t: loadStart + index * 1_000, probe: 'mysql', outcome: 'failed', tookMs: 1 },
      error: failureText(new Error(line)),
    });
  }
  // A script that is not ours names its requests by their URL.
  events.push({
    ...{ kind: 'load', t: loadEnd, from: loadStart, instance: 0, gauges: {}, histograms: {} },
    counters: { 'http_reqs{expected_response:true,name:http://u:zq32secret@h/x?token=zq33secret,status:200}': 3 },
  });
  const reasons = said.map((message) => ({ id: 'not-started', values: { code: 'x', message: maskSecrets(message) } }));
  facts.add({
    judgement: { thresholds: [], findings: [], verdict: { name: 'SCRIPT_FAILURE', exitCode: 107, reasons } },
  });
  const foreign = { ...facts.record(), scenario: { ...(facts.record().scenario ?? scenario), foreign: true } };
  return { record: runRecordSchema.parse(foreign), series: indexSeries(events) };
}

describe('secrets', () => {
  it('do not get into the record', () => {
    const text = JSON.stringify(run.record);
    expect(text.match(everySecret)).toBeNull();
    expect(text).toContain('PLAIN=kept');
    expect(text).toContain('mysql://root:***@127.0.0.1:3306/shop');
  });

  it.each(formats)('reach no output: %s', (format) => {
    for (const lang of ['ko', 'en'] as const) {
      const text = render([run], lang, format);
      expect(text.length).toBeGreaterThan(50);
      expect(text.match(everySecret)).toBeNull();
    }
  });

  it('reach neither the terminal nor an annotation', () => {
    const sentences = loadSentences(templatesFolder, 'en');
    const lines = [...annotations([run], 'en', sentences), ...terminalSummary(run, sentences)];
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.join('\n').match(everySecret)).toBeNull();
  });

  it('are not shown by a record that holds them, made by whoever', () => {
    const [first] = said;
    const changes = {
      errors: said.map((message) => ({ code: 'x', message, hint: null })),
      command: ['loadkit', ...said],
    };
    const set = { ...settings, DB_PASSWORD: 'zq20secret' };
    const stranger = couponRun({ ...changes, set, probeNotes: { [first ?? '']: [...said] } });
    for (const format of ['html', 'md', 'json', 'junit', 'summary'] as const) {
      expect(render([stranger], 'ko', format).match(everySecret)).toBeNull();
    }
  });
});

describe('what is no secret', () => {
  it.each([
    "Access denied for user 'app'@'localhost' (using password: YES)",
    'SyntaxError: Unexpected token: <',
    'Bearer authentication is required',
    'http://127.0.0.1:8080/users/@me',
    'http://127.0.0.1:8080?mail=a@b',
    'tokens per second: 5',
    'mysql://root@127.0.0.1/shop',
  ])('stays: %s', (text) => expect(maskSecrets(text)).toBe(text));

  it('is left alone by a second masking', () => {
    for (const line of said) expect(maskSecrets(maskSecrets(line))).toBe(maskSecrets(line));
  });
});
