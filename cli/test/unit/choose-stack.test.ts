import { describe, expect, it } from 'vitest';
import type { RunOptions } from '../../src/config/run-options.ts';
import { chooseStack } from '../../src/pipeline/choose-stack.ts';
import type { ServicePlan } from '../../src/pipeline/plan-run.ts';
import { serviceManifestSchema } from '../../src/stack/service-manifest.ts';
import { builtOptions, noUrls } from './built-options.ts';

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
const nothingUp = async () => ({ lacks: 'no stack is up' });
const urls = { ...noUrls, baseUrl: 'http://127.0.0.1:8080' };

function choose(changes: Partial<RunOptions>, { docker = noEngine, known = true } = {}) {
  return chooseStack(known ? service : null, builtOptions(changes), { docker, held: nothingUp });
}

describe('--stack auto', () => {
  it('takes the target that URLs name before anything else', async () => {
    expect(await choose({ external: urls }, { docker: engine })).toEqual({ provider: 'external' });
  });

  it('takes docker when an engine answers, else local processes', async () => {
    expect(await choose({}, { docker: engine })).toEqual({ provider: 'docker', dockerFile: '/usr/bin/docker' });
    expect(await choose({})).toEqual({ provider: 'local' });
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

  it('of docker without an engine, or a stack that is not up, says why', async () => {
    await expect(choose({ stack: 'docker' })).rejects.toMatchObject({ exitCode: 93, message: /not found/ });
    await expect(choose({ stack: 'running' })).rejects.toMatchObject({ exitCode: 93, message: /no stack is up/ });
  });

  it('of a stack for a script that names no service says how to name one', async () => {
    await expect(choose({ stack: 'local' }, { known: false })).rejects.toMatchObject({
      exitCode: 2,
      hint: /--service/,
    });
  });
});
