import { afterEach, beforeEach, expect, it } from 'vitest';
import { inspectDocker } from '../../src/toolchain/docker.ts';
import { type Machine, makeMachine } from '../fixtures/toolchain/machine.ts';

let machine: Machine;

beforeEach(() => {
  machine = makeMachine();
});
afterEach(() => machine.remove());

/** Answers of `docker version` and `docker compose version`, as shell. */
function docker(engine: string, compose: string) {
  machine.script('docker', `case "$1" in\nversion) ${engine} ;;\ncompose) ${compose} ;;\nesac`);
  return inspectDocker(machine.search());
}

it('takes compose of 2.23.1 and newer, and one that names no number', async () => {
  for (const version of ['2.23.1', 'v2.39.4', '5.0.0-desktop.1', 'dev']) {
    expect(await docker('echo 28.1.0', `echo ${version}`)).toMatchObject({
      version: '28.1.0',
      composeVersion: version,
      note: `docker compose ${version}`,
    });
  }
});

it('says that compose is too old, or missing', async () => {
  expect(await docker('echo 28.1.0', 'echo 2.20.3')).toMatchObject({
    composeVersion: null,
    note: 'docker compose 2.20.3 is too old: 2.23.1 or newer is needed',
  });
  expect(await docker('echo 28.1.0', 'echo "docker: unknown command: docker compose" >&2; exit 1')).toMatchObject({
    composeVersion: null,
    note: 'without docker compose (2.23.1 or newer is needed)',
  });
});

it("gives the client's own words when no engine answers", async () => {
  const words = 'Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?';
  const state = await docker(`echo "${words}" >&2; exit 1`, 'echo 2.39.4');
  expect(state).toMatchObject({ version: null, note: `no engine answers (exit 1: ${words})` });
});
