import { expect, it } from 'vitest';
import { complaintIn } from '../../src/stack/docker-cli.ts';
import { checkComposeModel, composeModelSchema, composeOverride } from '../../src/stack/docker-compose-model.ts';
import { describeOwner, isAbandoned } from '../../src/stack/docker-owner.ts';
import { dockerProblem, isPortTaken } from '../../src/stack/docker-problem.ts';

const ports = { redis: 20_001, mysql: 20_002, kafka: 20_003 };
const project = 'loadkit-run-1';

function published(port: number) {
  return [{ published: String(port), host_ip: '127.0.0.1' }];
}

/** As `docker compose config --format json` prints a file that is fit. */
const fit = {
  services: {
    redis: {
      image: 'redis:7',
      ports: published(ports.redis),
      volumes: [{ type: 'volume', source: 'redis-data', target: '/data' }],
    },
    mysql: {
      image: 'mysql:8.4',
      ports: published(ports.mysql),
      environment: { MYSQL_USER: 'a', MYSQL_PASSWORD: 'b', MYSQL_DATABASE: 'c' },
    },
    kafka: {
      image: 'apache/kafka:4.3.0',
      ports: published(ports.kafka),
      environment: { KAFKA_ADVERTISED_LISTENERS: `IN://kafka:19092,HOST://127.0.0.1:${ports.kafka}` },
    },
  },
  volumes: { 'redis-data': { name: `${project}_redis-data` } },
  networks: { default: { name: `${project}_default` }, office: { name: 'office', external: true } },
};

type Service = keyof typeof fit.services;

function changed(service: Service, changes: Record<string, unknown>) {
  return { ...fit, services: { ...fit.services, [service]: { ...fit.services[service], ...changes } } };
}

function check(model: unknown): void {
  checkComposeModel(composeModelSchema.parse(model), ports, project, '/there/docker-compose.yml');
}

it('accepts a compose file that hands over its ports', () => {
  expect(() => check(fit)).not.toThrow();
});

const bind = { type: 'bind', source: '/home/me/data', target: '/data' };
const { redis: _, ...withoutRedis } = fit.services;

it.each<[string, unknown, RegExp, RegExp]>([
  [
    'a missing service',
    { ...fit, services: withoutRedis },
    /no service "redis" \(found: mysql, kafka\)/,
    /named redis/,
  ],
  [
    'a service without a port',
    changed('mysql', { ports: [] }),
    /mysql publishes no port that \$\{MYSQL_PORT\} sets/,
    /127\.0\.0\.1:\$\{MYSQL_PORT:-3306\}:3306/,
  ],
  ['a fixed port', changed('redis', { ports: published(6379) }), /redis publishes no port that/, /REDIS_PORT/],
  [
    'a port that the network reaches',
    changed('kafka', { ports: [{ published: String(ports.kafka) }] }),
    /kafka publishes its port on every address of this machine/,
    /127\.0\.0\.1:\$\{KAFKA_PORT:-9092\}:9092/,
  ],
  ['a fixed container name', changed('redis', { container_name: 'cache' }), /container name "cache"/, /leave/],
  ['a folder of the machine', changed('redis', { volumes: [bind] }), /writes into \/home\/me\/data/, /:ro/],
  [
    'a volume that others share',
    { ...fit, volumes: { 'redis-data': { name: 'precious' } } },
    /the volume "precious", which other projects can share/,
    /thrown away/,
  ],
  [
    'an external volume',
    { ...fit, volumes: { 'redis-data': { name: `${project}_redis-data`, external: true } } },
    /which other projects can share/,
    /external/,
  ],
  [
    'a broker that advertises another address',
    changed('kafka', { environment: { KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://kafka:9092' } }),
    /advertises PLAINTEXT:\/\/kafka:9092, which leads nowhere/,
    /KAFKA_PORT/,
  ],
  ['a database without an account', changed('mysql', { environment: {} }), /has no account/, /MYSQL_PASSWORD/],
])('refuses %s as a usage error that says what is expected', (_title, model, message, hint) => {
  expect(() => check(model)).toThrow(
    expect.objectContaining({
      code: 'compose-unfit',
      exitCode: 2,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    }),
  );
});

it('lets a mount be that is only read, and an account of the MariaDB image', () => {
  expect(() => check(changed('redis', { volumes: [{ ...bind, read_only: true }] }))).not.toThrow();
  const account = { MARIADB_USER: 'a', MARIADB_PASSWORD: 'b', MARIADB_DATABASE: 'c' };
  expect(() => check(changed('mysql', { environment: account }))).not.toThrow();
});

it('labels all that it makes, and takes health checks and restarts from the stores alone', () => {
  const labels = { 'loadkit.owner': 'me' };
  expect(JSON.parse(composeOverride(composeModelSchema.parse(fit), ['redis'], labels))).toEqual({
    services: {
      redis: { labels, healthcheck: { disable: true }, restart: 'no' },
      mysql: { labels },
      kafka: { labels },
    },
    volumes: { 'redis-data': { labels } },
    networks: { default: { labels } },
  });
});

it('takes an owner for gone only when it ran on this machine and does not run any more', () => {
  const owner = describeOwner(process.pid);
  const gone = JSON.stringify({ ...JSON.parse(owner), startedAt: '1' });
  expect(isAbandoned(owner)).toBe(false);
  expect(isAbandoned(gone)).toBe(true);
  expect(isAbandoned(JSON.stringify({ ...JSON.parse(gone), host: 'elsewhere' }))).toBe(false);
  expect(isAbandoned('')).toBe(false);
  expect(isAbandoned('{}')).toBe(false);
});

it("picks docker's complaint out of its progress", () => {
  const stderr = [
    'time="2026-01-01T00:00:00Z" level=warning msg="the attribute `version` is obsolete"',
    ' Container x-redis-1  Starting',
    'Error response from daemon: driver failed programming external connectivity: port is already allocated',
  ].join('\n');
  expect(complaintIn(stderr)).toBe('driver failed programming external connectivity: port is already allocated');
  expect(complaintIn('one\ntwo\nthree\nfour\n')).toBe('two\nthree\nfour');
  expect(isPortTaken(complaintIn(stderr))).toBe(true);
  expect(isPortTaken('listen tcp4 127.0.0.1:20001: bind: address already in use')).toBe(true);
  expect(isPortTaken('no space left on device')).toBe(false);
});

it.each([
  [
    'Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?',
    'docker-unreachable',
    'start',
  ],
  ['permission denied while trying to connect to the Docker daemon socket', 'docker-unreachable', 'may this user'],
  ["docker: 'compose' is not a docker command.", 'docker-compose-missing', 'install docker compose'],
  ['no space left on device', 'docker-failed', '--stack local'],
])('says what to do about "%s"', (complaint, code, hint) => {
  expect(dockerProblem('it failed', complaint)).toMatchObject({
    code,
    exitCode: 93,
    message: `it failed: ${complaint}`,
    hint: expect.stringContaining(hint),
  });
});
