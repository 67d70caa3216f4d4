import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { doctorExitCode } from '../../src/commands/doctor-table.ts';
import { inspectTools, type ToolReport } from '../../src/toolchain/inspect.ts';
import { planInstall } from '../../src/toolchain/install-plan.ts';
import { manualLine } from '../../src/toolchain/manual-install.ts';
import { goModules, readPinned } from '../../src/toolchain/pinned.ts';
import { refuseBrokenSettings } from '../../src/toolchain/resolve.ts';
import { surveyTools } from '../../src/toolchain/survey.ts';
import { k6Script, type Machine, makeMachine } from '../fixtures/toolchain/machine.ts';

let machine: Machine;

beforeEach(() => {
  machine = makeMachine();
});
afterEach(() => machine.remove());

describe('a broken setting', () => {
  it('ends the command with 2 and names the setting, its value and what is wrong', async () => {
    const settings = {
      k6: '/nowhere/k6',
      redisServer: null,
      mysqld: null,
      kafkaHome: '/nowhere',
      java: null,
      toxiproxy: null,
    };
    const survey = await surveyTools(machine.search({ settings }));
    expect(() => refuseBrokenSettings(survey)).toThrowError(
      expect.objectContaining({
        code: 'tool-setting',
        exitCode: 2,
        message:
          'LOADKIT_K6=/nowhere/k6: there is no such file or folder\n' +
          'LOADKIT_KAFKA_HOME=/nowhere: there is no such file or folder',
      }),
    );
  });
});

describe('on macOS', () => {
  const mac = { platform: 'darwin', arch: 'arm64' } as const;

  it('nothing is installed', async () => {
    for (const tool of ['k6', 'redis', 'mysql', 'kafka', 'toxiproxy'] as const) {
      expect(await planInstall(tool, machine.search(mac))).toEqual({
        possible: false,
        reason: 'loadkit installs on Linux only; here it uses the PATH or Docker',
      });
    }
  });

  it('the line to type is one for Homebrew', async () => {
    const lines = await Promise.all(
      (['k6', 'redis', 'mysql', 'kafka', 'java', 'toxiproxy'] as const).map((tool) =>
        manualLine(tool, machine.search(mac)),
      ),
    );
    expect(lines).toEqual([
      'brew install k6',
      'brew install redis',
      'brew install mariadb',
      'brew install kafka',
      'brew install openjdk',
      'brew install shopify/shopify/toxiproxy',
    ]);
  });
});

describe.each(['k6', 'toxiproxy'] as const)('the plan for %s', (tool) => {
  const linux = { platform: 'linux' } as const;

  it('says that there is no Go, or that it is too old', async () => {
    const withoutGo = await planInstall(tool, machine.search(linux));
    expect(withoutGo).toEqual({ possible: false, reason: 'no Go to build it with' });
    machine.script('go', 'echo go1.19.8');
    const withOldGo = await planInstall(tool, machine.search(linux));
    expect(withOldGo).toEqual({ possible: false, reason: 'Go 1.19.8 is too old, 1.21 or newer builds it' });
  });

  it('names the pinned module and the Go that builds it', async () => {
    machine.script('go', 'echo go1.26.0');
    const plan = await planInstall(tool, machine.search(linux));
    const { [tool]: version } = await readPinned(machine.search().pinnedFolder);
    expect(plan).toMatchObject({ possible: true, what: `build ${goModules[tool]} v${version} with Go 1.26.0` });
  });
});

describe('doctor', () => {
  it('tells where a tool is, what it passed over, and what is to do by hand', async () => {
    const old = machine.script('k6', k6Script('0.47.0'), 'old');
    const good = machine.script('k6', k6Script('2.1.0'));
    const path = [dirname(old), dirname(good)].join(':');
    const reports = await inspectTools(machine.search({ path }));
    const k6 = reports.find(({ name }) => name === 'k6');
    expect(k6).toMatchObject({
      status: 'usable',
      version: '2.1.0',
      where: good,
      source: 'path',
      notes: [`${old}: too old: 0.47.0, needs 1.0 or newer`],
      summary: `2.1.0 (PATH) ${good}`,
    });
    const kafka = reports.find(({ name }) => name === 'kafka');
    expect(kafka?.status).toBe('missing');
    expect(kafka?.notes).toContain('no Java 17 or newer to run it');
    expect(kafka?.action).not.toBeNull();
  });

  it('says that only Java is missing where Kafka is there', async () => {
    machine.file('kafka/libs/kafka_2.13-4.0.0.jar');
    const settings = {
      k6: null,
      redisServer: null,
      mysqld: null,
      kafkaHome: join(machine.folder, 'kafka'),
      java: null,
      toxiproxy: null,
    };
    const reports = await inspectTools(machine.search({ settings }));
    expect(reports.find(({ name }) => name === 'kafka')).toMatchObject({ status: 'missing', version: '4.0.0' });
    expect(reports.find(({ name }) => name === 'java')).toMatchObject({ status: 'missing', where: null });
  });

  it('calls Toxiproxy optional where it is not, says what would be done, and does not count it', async () => {
    const reports = await inspectTools(machine.search());
    const toxiproxy = reports.filter(({ name }) => name === 'toxiproxy');
    expect(toxiproxy).toMatchObject([{ status: 'optional', where: null, action: expect.stringContaining('curl') }]);
    expect(toxiproxy[0]?.summary).toMatch(/no Go to build it with; only drills/);
    expect(doctorExitCode(toxiproxy)).toBe(0);
  });

  it('exits with 0 while loadkit can help, 93 when only the user can, 2 for a broken setting', async () => {
    const [base] = await inspectTools(machine.search());
    const codeOf = (...states: ToolReport['status'][]) =>
      doctorExitCode(states.flatMap((status) => (base === undefined ? [] : [{ ...base, status }])));
    expect(codeOf('usable', 'installable', 'optional')).toBe(0);
    expect(codeOf('usable', 'missing')).toBe(93);
    expect(codeOf('missing', 'broken-setting')).toBe(2);
  });
});
