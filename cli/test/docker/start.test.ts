import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePorts } from '../../src/stack/ports.ts';
import { workplaces } from '../e2e/loadkit.ts';
import { docker, ownedBy, settledVolumes, strayVolumes } from './engine.ts';
import { openSite, type Site } from './site.ts';

/** How the compose file publishes the port of Redis. */
const handedOver = `127.0.0.1:\${REDIS_PORT:-6379}:6379`;

let site: Site;
let volumesBefore: string[];

beforeEach(async () => {
  volumesBefore = await strayVolumes();
  site = await openSite();
});

afterEach(async () => {
  await site.close();
  expect(await ownedBy(process.pid)).toEqual([]);
  expect(await settledVolumes(volumesBefore)).toEqual([]);
});

/** After a start that failed, before the supervisor is closed: the start itself clears away. */
async function nothingIsLeft(): Promise<void> {
  expect(await ownedBy(process.pid)).toEqual([]);
}

describe('a compose file that the user changed', () => {
  it.each<[string, (text: string) => string, RegExp]>([
    ['that is no YAML', (text) => `${text}\n  nope: [`, /docker compose cannot read .*docker-compose\.yml: .*line/s],
    ['with a key that compose does not know', (text) => `${text}\nservice: {}\n`, /cannot read .*service/s],
    ['without a service that is needed', (text) => text.replace(/^ {2}redis:$/m, '  cache:'), /no service "redis"/],
    [
      'with a port of its own',
      (text) => text.replace(handedOver, '127.0.0.1:6390:6379'),
      /redis publishes no port that \$\{REDIS_PORT\} sets/,
    ],
    [
      'that opens a port to the network',
      (text) => text.replace(handedOver, handedOver.replace('127.0.0.1:', '')),
      /redis publishes its port on every address/,
    ],
    [
      'with a volume that others share',
      (text) => text.replace(/^ {2}redis-data:$/m, '  redis-data: { name: precious }'),
      /writes into the volume "precious"/,
    ],
  ])('%s is a usage error that says where', async (_title, compose, message) => {
    await expect(site.start({ compose })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message),
    });
    await nothingIsLeft();
  });

  it('whose store ends at its start: the end of its log', async () => {
    const compose = (text: string) => text.replace('"redis-server", ', '"redis-server", "--no-such-option", "1", ');
    await expect(site.start({ compose })).rejects.toMatchObject({
      code: 'part-not-started',
      exitCode: 93,
      message: expect.stringMatching(/redis ended with exit code 1; its last lines:.*no-such-option/s),
    });
    await nothingIsLeft();
  });

  it('whose store ends before it was reached: docker names it, or its log does', async () => {
    const compose = (text: string) => text.replace('"redis-server", ', '"/no/such/server", ');
    await expect(site.start({ compose })).rejects.toMatchObject({
      exitCode: 93,
      message: expect.stringContaining('/no/such/server'),
    });
    await nothingIsLeft();
  });
});

describe('an image that is not here', () => {
  it("cannot be pulled without a network: docker's line, and what to do", async () => {
    const compose = (text: string) => text.replace('redis:7.4-bookworm', 'redis:0.0-never');
    await expect(site.start({ compose })).rejects.toMatchObject({
      code: 'image-missing',
      exitCode: 93,
      message: expect.stringMatching(/the image redis:0\.0-never is not here and could not be pulled: .*\w/s),
      hint: expect.stringMatching(/docker pull redis:0\.0-never .*--stack local/),
    });
    expect(site.progress).toContain('pulling redis:0.0-never');
    await nothingIsLeft();
  });
});

describe('an engine that does not answer', () => {
  it('is said by the start', async () => {
    const env = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    await expect(site.start({ env })).rejects.toMatchObject({
      code: 'docker-unreachable',
      exitCode: 93,
      message: expect.stringContaining('unix:///nowhere/docker.sock'),
      hint: expect.stringContaining('--stack local'),
    });
  });

  it('is said by the command, before anything is started', async () => {
    const { place, removeAll } = workplaces();
    const env = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    const finished = await place().loadkit(['run', 'coupon', '--stack', 'docker'], env);
    removeAll();
    expect(finished.stderr).toMatch(/docker: no engine answers .*unix:\/\/\/nowhere\/docker\.sock/);
    expect(finished.stderr).toContain('--stack local');
    expect(finished.exitCode).toBe(93);
  });
});

it('takes other ports when one was taken in between', async () => {
  const taken = await freePorts().next();
  const taker = createServer((socket) => socket.destroy());
  await new Promise<void>((done) => taker.listen({ host: '127.0.0.1', port: taken }, done));
  try {
    const stack = await site.start({ firstPorts: [taken] });
    expect(stack.endpoints.redisUrl).not.toContain(`:${taken}`);
    const redis = new Redis(stack.endpoints.redisUrl ?? '');
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
    expect((await ownedBy(process.pid)).filter(({ kind }) => kind === 'container')).toHaveLength(1);
    await stack.stop({ graceMs: 1_000 });
    await nothingIsLeft();
  } finally {
    taker.close();
  }
});

it.each([300, 900, 1_500])('ends with the reason of an abort after %i ms, and clears away', async (afterMs) => {
  const abort = new AbortController();
  const started = site.start({ signal: abort.signal, needs: ['redis', 'mysql', 'kafka'] });
  setTimeout(() => abort.abort(new Error('enough')), afterMs);
  await expect(started).rejects.toThrow('enough');
  await nothingIsLeft();
});

it('runs without health checks and restarts, which would disturb a measurement', async () => {
  const stack = await site.start();
  const [container] = stack.containers();
  const format = '{{json .Config.Healthcheck.Test}} {{.HostConfig.RestartPolicy.Name}}';
  expect(await docker('inspect', `--format=${format}`, container?.id ?? '')).toBe('["NONE"] no');
  expect(container?.engine).toMatch(/^(unix|tcp):\/\//);
  expect(
    stack
      .processes()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['api', 'worker']);
  await stack.stop({ graceMs: 1_000 });
  await stack.stop({ graceMs: 1_000 });
  expect(stack.containers()).toEqual([]);
});
