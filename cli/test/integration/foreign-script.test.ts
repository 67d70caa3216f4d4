import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Finished, onlyRun, readLines, type Workplace, workplaces } from '../e2e/loadkit.ts';
import { type ForeignTarget, startForeignTarget } from './foreign-target.ts';
import { k6ForTests } from './load/k6-tool.ts';

const scripts = join(import.meta.dirname, '..', 'fixtures', 'foreign');
const k6 = k6ForTests().executable.file;
const home = mkdtempSync(join(tmpdir(), 'loadkit-home-'));
const { place, removeAll } = workplaces();
let target: ForeignTarget;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  // Vitest sets one of its own.
  delete process.env.BASE_URL;
  target = await startForeignTarget();
  env = { ...target.env, XDG_CONFIG_HOME: home, LOADKIT_K6: k6 };
});
afterAll(async () => {
  await target.close();
  removeAll();
  rmSync(home, { recursive: true, force: true });
});

interface Run extends ReturnType<typeof onlyRun> {
  readonly finished: Finished;
  readonly place: Workplace;
  readonly report: string;
  readonly log: string;
}

async function run(
  name: string,
  flags: readonly string[] = [],
  more: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const here = place();
  const finished = await here.loadkit(['run', join(scripts, name), ...flags], { ...env, ...more });
  const only = onlyRun(here);
  const text = (...path: string[]) => readFileSync(join(only.folder, ...path), 'utf8');
  return { ...only, finished, place: here, report: text('report.md'), log: text('logs', 'k6.log') };
}

function refused(name: string, flags: readonly string[]): Promise<Finished> {
  return place().loadkit(['run', name.includes('.') ? join(scripts, name) : name, ...flags], env);
}

const reasonsOf = ({ record }: Run) => record.judgement?.verdict.reasons.map(({ id }) => id);

describe('what a script writes at its end', () => {
  it('arrives where bare k6 puts it, byte for byte, from the figures that the script chose', async () => {
    const bareFolder = mkdtempSync(join(tmpdir(), 'loadkit-bare-'));
    const script = join(scripts, 'summary-to-files.js');
    const bare = await execa(k6, ['run', '--quiet', script], {
      cwd: bareFolder,
      env,
      stdin: 'ignore',
      timeout: 60_000,
    });

    const { finished, place: here } = await run('summary-to-files.js', ['--quiet']);

    expect(bare.stdout).toBe('requests: 5\nduration: count,med,p(99.5)');
    expect(finished.stdout.startsWith(`${bare.stdout}\nPASS`)).toBe(true);
    for (const file of ['summary.json', 'nested.txt']) {
      expect(readFileSync(join(here.folder, file)), file).toEqual(readFileSync(join(bareFolder, file)));
    }
    rmSync(bareFolder, { recursive: true, force: true });
  });

  it('goes to stderr where JSON is asked for on stdout', async () => {
    const { finished } = await run('summary-to-files.js', ['--quiet', '--json']);

    expect(JSON.parse(finished.stdout)).toMatchObject({ exitCode: 0 });
    expect(finished.stderr).toContain('requests: 5\nduration: count,med,p(99.5)');
  });

  it('costs neither the figures nor the count of requests, though it takes metrics out of the summary', async () => {
    const { record, report } = await run('summary-to-files.js', ['--quiet']);

    expect(record.load?.summary).not.toHaveProperty('iteration_duration');
    expect(record.load?.reconciliation).toMatchObject({ seriesRequests: 5, summaryRequests: 5, difference: 0 });
    expect(report).toMatch(/iteration_duration .*평균 .*표본 5건/);
  });

  it('is written also when it takes away what k6 needs for the summary that loadkit asks for', async () => {
    const { record, place: here, finished, report } = await run('summary-without-groups.js', ['--quiet']);

    const keys: unknown = JSON.parse(readFileSync(join(here.folder, 'without-groups.json'), 'utf8'));
    expect(keys).toEqual(['metrics', 'options', 'setup_data', 'state']);
    expect(record.load?.summary).toBeNull();
    expect(record.load?.thresholds).toEqual([{ metric: 'http_reqs', expression: 'count==3', held: true }]);
    expect(finished.stderr).toContain('removes root_group');
    expect(report).toMatch(/총 요청 수 +\| +3건/);
  });
});

describe('what reaches a script', () => {
  it('is nothing of loadkit’s, and no service is started for it', async () => {
    const plain = await run('reads-environment.js', ['--quiet']);

    expect(plain.log).toMatch(/msg="found " source=console/);
    expect(plain.record).toMatchObject({
      stack: { provider: 'external' },
      scenario: { foreign: true, seed: null, parameters: {} },
    });
    expect(plain.record.parts.map(({ name }) => name)).toEqual(['k6']);
    expect(plain.record.phases.map(({ name }) => name)).toEqual(['start', 'load', 'drain', 'verify', 'stop']);
  });

  it.each([
    ['-e', (url: string) => ['-e', `BASE_URL=${url}`, '-e', 'SEED=4']],
    ['--base-url', (url: string) => ['--base-url', url]],
  ])('is BASE_URL where the user gives it with %s', async (flag, flags) => {
    const { log, finished } = await run('reads-environment.js', ['--quiet', ...flags(env.TARGET ?? '')]);

    expect(log).toContain(flag === '-e' ? 'found BASE_URL,SEED' : 'found BASE_URL');
    expect(finished.exitCode).toBe(99);
  });

  it('is no K6_ variable and no configuration of the user’s, which loadkit says', async () => {
    mkdirSync(join(home, 'k6'), { recursive: true });
    writeFileSync(join(home, 'k6', 'config.json'), '{ "iterations": 1 }');

    const { record, finished, report } = await run('batch.js', ['--quiet'], { K6_ITERATIONS: '1', K6_VUS: '1' });

    rmSync(join(home, 'k6'), { recursive: true });
    expect(record.load?.summary?.iterations?.count).toBe(4);
    expect(finished.stderr).toContain('K6_ITERATIONS, K6_VUS in the environment did not reach k6');
    expect(finished.stderr).toContain(`${join(home, 'k6', 'config.json')} was not used`);
    expect(report).toContain('K6_ITERATIONS, K6_VUS');
  });
});

describe('k6’s load flags', () => {
  it('replace a script’s scenarios, and the record describes what ran', async () => {
    const { record, finished, report } = await run('per-vu-iterations.js', [
      '--quiet',
      '--vus',
      '2',
      '--iterations',
      '4',
    ]);

    expect(record.scenario).toMatchObject({
      shape: '2 VU · 4 iterations',
      maxVus: 2,
      flags: ['--vus', '2', '--iterations', '4'],
    });
    expect(record.load?.summary?.iterations?.count).toBe(4);
    expect(finished.stderr).toContain('--vus 2 --iterations 4 replaces the scenarios of the script');
    expect(report).toContain('--vus 2 --iterations 4: 스크립트의 scenarios 전체를 대신한다');
  });

  it('say nothing of scenarios to a script that has none', async () => {
    const { record, finished } = await run('ramping-down.js', ['--quiet', '--stage', '400ms:2', '--stage', '300ms:0']);

    expect(record.scenario).toMatchObject({ shape: '1 → 2 → 0 VU · 700ms', plannedMs: 700, model: 'closed' });
    expect(record.notices).toEqual([]);
    expect(finished.stderr).toBe('');
  });

  it.each([
    ['init-throws.js', ['--profile', 'smoke'], /--profile: init-throws was not written for loadkit/],
    ['batch.js', ['--rate', '10'], /--rate: batch was not written for loadkit/],
    ['batch.js', ['--seed', '7'], /--seed: batch was not written for loadkit/],
    ['coupon', ['--stage', '1s:10'], /--stage: coupon has profiles of its own/],
    ['coupon', ['-e', 'SEED=5'], /--env: SEED is set by loadkit itself/],
  ])('that %s cannot know are a usage error: %j', async (name, flags, message) => {
    const { exitCode, stderr } = await refused(name, flags);

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('the verdict', () => {
  it('is k6’s, and what loadkit would have held against the run is said beside it', async () => {
    const result = await run('no-samples.js', ['--quiet']);

    expect(result.record.judgement?.verdict).toMatchObject({ name: 'PASS', exitCode: 0 });
    expect(reasonsOf(result)).toEqual(['threshold-thin', 'threshold-thin', 'threshold-thin', 'threshold-thin']);
    expect(result.finished.stdout).toContain(
      'search_time p(95)<200 judged as k6 does, on too little: no sample at all',
    );
    expect(result.report).toContain('판정과 종료 코드는 k6가 낸 그대로이다');
    expect(result.report).not.toContain('측정에도 문제가 없었다');
  });

  it('is loadkit’s with --strict', async () => {
    const result = await run('no-samples.js', ['--quiet', '--strict']);

    expect(result.finished.exitCode).toBe(95);
    expect(result.record.judgement?.verdict.name).toBe('INCONCLUSIVE');
    expect(reasonsOf(result)).toContain('threshold-no-data');
  });

  it('names k6’s failure, and the report has k6’s own words for it', async () => {
    const { record, report } = await run('setup-throws.js', ['--quiet']);

    expect(record.judgement?.verdict).toMatchObject({ name: 'SCRIPT_FAILURE', exitCode: 107 });
    expect(report).toContain('종료 코드 107');
    expect(report).toMatch(/no campaign today[\s\S]*setup-throws\.js/);
  });
});

describe('what a script measures itself', () => {
  it('stands in record and report: every kind of metric with its unit, groups and checks', async () => {
    const { record, report } = await run('custom-metrics.js', ['--quiet']);

    expect(record.load?.units).toMatchObject({ waiting_time: 'ms' });
    expect(record.load?.units).not.toHaveProperty('basket_size');
    expect(record.load?.summary).toMatchObject({ failed_logins: { passes: 4 }, queue_length: { value: 3 } });
    expect(record.load?.summary).not.toHaveProperty('never_used');
    expect(report).toMatch(/waiting_time +\| 분포 \(Trend\) +\| 평균 [\d.]+ms/);
    expect(report).toMatch(/basket_size +\| 분포 \(Trend\) +\| 평균 1\.5 /);
    expect(report).toMatch(/failed_logins +\| 비율 \(Rate\) +\| 20\.00% \(4 \/ 20\)/);
    expect(report).toMatch(/content_bytes +\| 합계 \(Counter\)/);
    expect(report).toMatch(/queue_length +\| 현재값 \(Gauge\) +\| 3 \(최소 3 · 최대 3\)/);
    expect(report).toContain('대기 시간과 스크립트 실행 시간을 구분할 수 없다');
  });

  it('are groups and checks by name', async () => {
    const { record, report } = await run('groups-and-checks.js', ['--quiet']);

    expect(record.load?.checks.map(({ group, name }) => [group, name])).toEqual([
      ['::front page', 'status is 200'],
      ['::front page', 'has a token'],
    ]);
    expect(report).toMatch(/has a token +\| front page +\| +\d+ \| +0 \| 100\.00%/);
    expect(report).toMatch(/front page › assets +\|/);
  });

  it.each([
    ['websocket.js', /ws_sessions +\| 합계 \(Counter\) +\| 4 /, 4],
    ['grpc.js', /grpc_req_duration +\| 분포 \(Trend\) +\| 평균 [\d.]+ms .*표본 6건/, 6],
  ])('is no HTTP in %s: no empty table, but its own figures and iterations', async (name, row, iterations) => {
    const { record, report, finished } = await run(name, ['--quiet']);

    expect(report).toMatch(row);
    expect(report).toMatch(new RegExp(`iterations +\\| 합계 \\(Counter\\) +\\| ${iterations} `));
    expect(report).toContain('HTTP 요청을 보내지 않는 스크립트이다');
    expect(report).not.toContain('요청이 하나도 측정되지 않았다');
    expect(report).not.toMatch(/총 요청 수|\(0건\)|측정된 API가 없다/);
    expect(record.judgement?.verdict).toMatchObject({ name: 'PASS', exitCode: 0 });
    expect(finished.stdout).not.toContain('no request');
  });
});

describe('a script with a URL of its own in every request', () => {
  it('keeps its totals, is recorded by pattern beyond the first names, and is told the cure', async () => {
    const { record, folder, report, finished } = await run('every-url-its-own.js', ['--quiet']);

    expect(record.load?.summary?.http_reqs?.count).toBe(600);
    expect(record.load?.reconciliation).toMatchObject({ seriesRequests: 600, difference: 0 });
    expect(record.load?.folded).toEqual({ names: 500, atLeast: false, tags: [], untagged: 0 });
    const names = new Set(
      readLines(folder)
        .filter((line) => line.kind === 'load')
        .flatMap(({ counters }) => Object.keys(counters))
        .filter((key) => key.startsWith('http_reqs{'))
        .map((key) => /name:(.*?),/.exec(key)?.[1]),
    );
    expect(names.size).toBe(101);
    expect(report).toMatch(/\| 지표 +\| +\/items\/\{\}\?\{\} \|/);
    expect(report).toMatch(/총 요청 수 +\| +600건 \|/);
    expect(report).toContain("tags: { name: '…' }");
    expect(finished.stdout).toContain('600 requests');
  });
});

describe('loadkit run', () => {
  it('leaves nothing in the caller’s folder but its reports and what the script wrote', async () => {
    const { place: here } = await run('batch.js', ['--quiet']);

    expect(existsSync(join(here.folder, 'reports'))).toBe(true);
    expect(existsSync(join(here.folder, 'summary.json'))).toBe(false);
  });
});
