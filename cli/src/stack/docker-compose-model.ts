import { basename } from 'node:path';
import { z } from 'zod';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { MysqlAccount } from './mysql-question.ts';
import type { StoreName } from './stack.ts';

const portSchema = z.object({ published: z.string().optional(), host_ip: z.string().optional() });
const mountSchema = z.object({
  type: z.string(),
  source: z.string().optional(),
  target: z.string(),
  read_only: z.boolean().optional(),
});
const serviceSchema = z.object({
  image: z.string().optional(),
  build: z.unknown().optional(),
  container_name: z.string().optional(),
  environment: z.record(z.string(), z.string().nullable()).nullish(),
  ports: z.array(portSchema).nullish(),
  volumes: z.array(mountSchema).nullish(),
});
const placeSchema = z.object({ name: z.string().optional(), external: z.boolean().optional() }).nullable();

/** What `docker compose config --format json` prints, as far as it matters here. */
export const composeModelSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), placeSchema).nullish(),
  networks: z.record(z.string(), placeSchema).nullish(),
});
export type ComposeModel = z.infer<typeof composeModelSchema>;
export type ComposeService = z.infer<typeof serviceSchema>;

/** Name of the variable that hands over a store's port, and the port inside the container, for the message. */
export const portVariables = {
  redis: { variable: 'REDIS_PORT', usual: 6379 },
  mysql: { variable: 'MYSQL_PORT', usual: 3306 },
  kafka: { variable: 'KAFKA_PORT', usual: 9092 },
} as const satisfies Record<StoreName, { variable: string; usual: number }>;

export type StorePorts = Readonly<Partial<Record<StoreName, number>>>;

/**
 * Refuses a compose file from which a run cannot start its stores, or with which it would touch what is not its own:
 * the data of a run is thrown away.
 *
 * @throws LoadkitError `compose-unfit` (2): which service, what is expected there
 */
export function checkComposeModel(model: ComposeModel, ports: StorePorts, project: string, file: string): void {
  const refuse = refusal(file);
  for (const [store, port] of storesOf(ports)) {
    const service = model.services[store];
    if (service === undefined) {
      const found = Object.keys(model.services).join(', ') || 'none';
      throw refuse(`there is no service "${store}" (found: ${found})`, `add a service named ${store}`);
    }
    checkPort(store, port, service, refuse);
    checkOwnership(store, service, model, project, refuse);
    if (store === 'kafka') checkAdvertised(port, service, refuse);
    if (store === 'mysql') checkAccount(service, refuse);
  }
}

export function storesOf(ports: StorePorts): Array<readonly [StoreName, number]> {
  const names: readonly StoreName[] = ['redis', 'mysql', 'kafka'];
  return names.flatMap((name) => (ports[name] === undefined ? [] : [[name, ports[name]] as const]));
}

type Refuse = (message: string, hint: string) => LoadkitError;

function checkPort(store: StoreName, port: number, { ports }: ComposeService, refuse: Refuse): void {
  const { variable, usual } = portVariables[store];
  const expected = `127.0.0.1:\${${variable}:-${usual}}:${usual}`;
  const hint = `expected under ports of ${store}: "${expected}"`;
  const own = (ports ?? []).find(({ published }) => published === String(port));
  if (own === undefined) throw refuse(`service ${store} publishes no port that \${${variable}} sets`, hint);
  if (own.host_ip !== '127.0.0.1') {
    throw refuse(`service ${store} publishes its port on ${own.host_ip ?? 'every address of this machine'}`, hint);
  }
}

function checkOwnership(
  store: StoreName,
  { container_name: containerName, volumes }: ComposeService,
  model: ComposeModel,
  project: string,
  refuse: Refuse,
): void {
  if (containerName !== undefined) {
    const hint = 'leave container_name out: each run has a container of its own';
    throw refuse(`service ${store} has the fixed container name "${containerName}"`, hint);
  }
  for (const { type, source, target, read_only: readOnly } of volumes ?? []) {
    if (type === 'bind' && readOnly !== true) {
      throw refuse(
        `service ${store} writes into ${source ?? 'a folder'} of this machine (at ${target})`,
        'add ":ro" to the mount, or use a named volume: the data of a run is thrown away',
      );
    }
    const volume = source === undefined ? undefined : model.volumes?.[source];
    if (type === 'volume' && volume && (volume.external === true || !volume.name?.startsWith(`${project}_`))) {
      throw refuse(
        `service ${store} writes into the volume "${volume.name ?? source}", which other projects can share`,
        `leave "name" and "external" of the volume out: the data of a run is thrown away`,
      );
    }
  }
}

/** Clients connect to what the broker advertises, whatever address they asked first. */
function checkAdvertised(port: number, { environment }: ComposeService, refuse: Refuse): void {
  const advertised = environment?.KAFKA_ADVERTISED_LISTENERS;
  if (advertised === undefined || advertised === null) return;
  const reachable = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (advertised.split(',').some((listener) => reachable.includes(listener.replace(/^.*:\/\//, '')))) return;
  throw refuse(
    `the broker of service kafka advertises ${advertised}, which leads nowhere from this machine`,
    `expected in KAFKA_ADVERTISED_LISTENERS: a listener at 127.0.0.1:\${${portVariables.kafka.variable}:-9092}`,
  );
}

function checkAccount(service: ComposeService, refuse: Refuse): void {
  const { user, password, database } = mysqlAccount(service);
  if (user !== '' && password !== '' && database !== '') return;
  throw refuse(
    'service mysql has no account with a database for the service',
    'expected under environment of mysql: MYSQL_USER, MYSQL_PASSWORD and MYSQL_DATABASE',
  );
}

/** What the image makes at its first start. That of MariaDB takes the same names with another beginning. */
export function mysqlAccount({ environment }: ComposeService): MysqlAccount {
  const value = (name: string) => environment?.[`MYSQL_${name}`] ?? environment?.[`MARIADB_${name}`] ?? '';
  return { user: value('USER'), password: value('PASSWORD'), database: value('DATABASE') };
}

function refusal(file: string): Refuse {
  return (message, hint) =>
    new LoadkitError('compose-unfit', `${basename(file)}: ${message}`, {
      hint: `${hint}; ${file}`,
      exitCode: exitCode.usage,
    });
}

/**
 * What a run adds to the file: the owner's label on everything, and for the stores no health checks (each is a program
 * that would run beside the load; they are asked over their own protocols) and no restarts, so that one that dies stays dead.
 */
export function composeOverride(
  { services, volumes, networks }: ComposeModel,
  stores: readonly string[],
  labels: Readonly<Record<string, string>>,
): string {
  const labelled = (places: ComposeModel['volumes']) =>
    Object.entries(places ?? {}).flatMap(([name, place]) => (place?.external === true ? [] : [[name, { labels }]]));
  const calm = { healthcheck: { disable: true }, restart: 'no' };
  return JSON.stringify({
    services: Object.fromEntries(
      Object.keys(services).map((name) => [name, { labels, ...(stores.includes(name) ? calm : {}) }]),
    ),
    volumes: Object.fromEntries(labelled(volumes)),
    networks: Object.fromEntries(labelled(networks)),
  });
}
