import { beforeEach, describe, expect, it } from 'vitest';
import type { RunOptions } from '../../src/config/run-options.ts';
import { chooseStack, type StackSurroundings } from '../../src/pipeline/choose-stack.ts';
import type { ServicePlan } from '../../src/pipeline/plan-run.ts';
import type { HeldStack, NoHeldStack } from '../../src/stack/held-stack.ts';
import { serviceManifestSchema } from '../../src/stack/service-manifest.ts';
import { builtOptions, noUrls } from './built-options.ts';
import { builtUpState } from './built-up-state.ts';

const service: ServicePlan = {
  folder: '/shop',
  manifest: serviceManifestSchema.parse({
    name: 'shop',
    needs: ['redis'],
    processes: [{ name: 'api', command: ['node', 'main.js'], ready: '/health', target: true }],
  }),
  settings: {},
  fixture: {},
};
const noEngine = async () => ({ lacks: 'docker: not found' });
const engine = async () => ({ file: '/usr/bin/docker' });
const nothingUp: NoHeldStack = { lacks: 'no stack is up', why: 'none' };
const otherSettings: NoHeldStack = { lacks: 'it has MODE=calm, not wild', why: 'differs' };
const inUse: NoHeldStack = { lacks: 'it is in use by process 7', why: 'unusable' };
const urls = { ...noUrls, baseUrl: 'http://127.0.0.1:8080' };

let passedOver: string[] = [];
beforeEach(() => {
  passedOver = [];
});

interface Surroundings {
  docker?: StackSurroundings['docker'];
  known?: boolean;
  held?: NoHeldStack | HeldStack;
}

function choose(
  changes: Partial<RunOptions>,
  { docker = noEngine, known = true, held = nothingUp }: Surroundings = {},
) {
  return chooseStack(known ? service : null, builtOptions(changes), {
    docker,
    held: async () => held,
    onPassedOver: (why) => passedOver.push(why),
  });
}

/** As its keeper would lend it; nothing is asked of it here. */
const lent: HeldStack = {
  name: 'shop',
  state: builtUpState(),
  line: {
    living: () => ({ processes: [], containers: [], missing: [] }),
    onEvent: () => undefined,
    onLost: () => undefined,
    release: () => undefined,
  },
};

describe('--stack auto', () => {
  it('takes the target that URLs name before anything else', async () => {
    expect(await choose({ external: urls }, { docker: engine })).toEqual({ provider: 'external' });
  });

  it('takes docker when an engine answers, else local processes', async () => {
    expect(await choose({}, { docker: engine })).toEqual({ provider: 'docker', dockerFile: '/usr/bin/docker' });
    expect(await choose({})).toEqual({ provider: 'local' });
  });

  it('takes a stack that is up before it starts one', async () => {
    expect(await choose({}, { docker: engine, held: lent })).toEqual({ provider: 'running', held: lent });
    expect(await choose({ stack: 'running' }, { held: lent })).toEqual({ provider: 'running', held: lent });
    expect(await choose({ stack: 'local' }, { held: lent })).toEqual({ provider: 'local' });
  });

  it('says why it passes over a stack that is up', async () => {
    for (const held of [nothingUp, otherSettings, inUse])
      expect(await choose({}, { held })).toEqual({ provider: 'local' });
    expect(passedOver).toEqual([otherSettings.lacks, inUse.lacks]);
  });

  it('starts nothing for a script that names no service', async () => {
    expect(await choose({}, { docker: engine, known: false })).toEqual({ provider: 'external' });
  });
});

describe('an impossible choice', () => {
  it('of a target and a stack to start is a usage error', async () => {
    for (const stack of ['local', 'docker', 'running'] as const) {
      await expect(choose({ stack, external: urls })).rejects.toMatchObject({ code: 'stack-choice', exitCode: 2 });
    }
  });

  it('of stores to watch without the address of the service is a usage error', async () => {
    const external = { ...noUrls, redisUrl: 'redis://127.0.0.1:6379' };
    await expect(choose({ external })).rejects.toMatchObject({ exitCode: 2, message: /--base-url is missing/ });
  });

  it('of settings for a service that runs already is a usage error', async () => {
    for (const changes of [{ set: { A: '1' } }, { fixture: { B: '2' } }]) {
      await expect(choose({ external: urls, ...changes })).rejects.toMatchObject({ code: 'stack-choice', exitCode: 2 });
    }
  });

  it('of a stack that is up for several values of a setting is a usage error', async () => {
    const compared = { name: 'A', values: ['1', '2'] };
    await expect(choose({ stack: 'running', compared })).rejects.toMatchObject({
      exitCode: 2,
      message: /--compare-set/,
    });
  });

  it('of docker without an engine, or a stack that is not up, says why', async () => {
    await expect(choose({ stack: 'docker' })).rejects.toMatchObject({ exitCode: 93, message: /not found/ });
    await expect(choose({ stack: 'running' })).rejects.toMatchObject({ exitCode: 93, message: /no stack is up/ });
  });

  it('of a stack that is up with other settings is a usage error, of one that is in use is not', async () => {
    const running = (held: NoHeldStack) => choose({ stack: 'running' }, { held });
    await expect(running(otherSettings)).rejects.toMatchObject({ exitCode: 2, message: /MODE=calm, not wild/ });
    await expect(running(inUse)).rejects.toMatchObject({ exitCode: 93, message: /process 7/ });
  });

  it('of a stack for a script that names no service says how to name one', async () => {
    await expect(choose({ stack: 'local' }, { known: false })).rejects.toMatchObject({
      exitCode: 2,
      hint: /--service/,
    });
  });
});
