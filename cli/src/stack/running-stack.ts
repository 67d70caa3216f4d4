import type { EventLine } from '../record/series.ts';
import type { SupervisedProcess } from '../system/supervisor.ts';
import type { ServiceSetting } from './service-command.ts';
import { type ServiceProcess, watchProcess } from './service-process.ts';
import { resetFixture } from './service-reset.ts';
import type { Stack, StackEndpoints } from './stack.ts';
import type { StartContext, Stores } from './start-context.ts';

export interface RunningParts extends Pick<Stack, 'fixture' | 'parts'> {
  readonly context: StartContext;
  readonly stores: Stores;
  readonly setting: ServiceSetting;
  readonly services: readonly ServiceProcess[];
}

/** Watches what was started, until it is stopped. */
export function runningStack({ context, stores, setting, services, fixture, parts }: RunningParts): Stack {
  const alive = new Map<string, SupervisedProcess>();
  const stopping = new AbortController();
  const listeners: Array<(event: EventLine) => void> = [];
  // What happened before somebody listened is told to the first one who does.
  const untold: EventLine[] = [];
  let stopped: Promise<void> | undefined;

  const emit = (event: EventLine) => {
    if (listeners.length === 0) untold.push(event);
    for (const listener of listeners) listener(event);
  };
  const onStarted = (process: SupervisedProcess) => {
    alive.set(process.name, process);
    void process.exited.then(() => {
      if (alive.get(process.name) === process) alive.delete(process.name);
    });
  };
  const watch = { context, stopping: stopping.signal, emit, onStarted };
  const storeProcesses = Object.values(stores).map(({ process }) => process);
  for (const process of [...storeProcesses, ...services.map((service) => service.process)]) onStarted(process);
  for (const process of storeProcesses) void watchProcess(process, null, watch);
  const restarts = new Map(setting.manifest.processes.map(({ name, restart }) => [name, restart]));
  const serviceWatches = services.map(({ name, spec, process }) =>
    watchProcess(process, restarts.get(name) === true ? spec : null, watch),
  );

  async function stop(graceMs: number): Promise<void> {
    stopping.abort();
    const processes = [...alive.values()].filter((process) => !storeProcesses.includes(process));
    await Promise.all(processes.map((process) => process.stop({ graceMs })));
    await Promise.all(serviceWatches);
    // Their data is thrown away: an orderly shutdown would only cost time.
    await Promise.all(storeProcesses.map((process) => process.stop({ graceMs: 0 })));
  }

  return {
    provider: 'local',
    containers: () => [],
    endpoints: endpointsOf(stores, setting, services),
    fixture,
    parts,
    processes: () => [...alive.values()].map(({ name, pid }) => ({ name, pid })),
    reset: (parameters) => resetFixture(setting, parameters, context),
    onEvent: (listener) => {
      listeners.push(listener);
      for (const event of untold.splice(0)) listener(event);
    },
    stop: ({ graceMs }) => {
      stopped ??= stop(graceMs);
      return stopped;
    },
  };
}

function endpointsOf(
  stores: Stores,
  { manifest }: ServiceSetting,
  services: readonly ServiceProcess[],
): StackEndpoints {
  const urls = new Map(services.map(({ name, port }) => [name, `http://127.0.0.1:${port}`]));
  const target = manifest.processes.find((process) => process.target);
  const metrics = manifest.processes.flatMap(({ name, metrics: path }) =>
    path === undefined ? [] : [[name, `${urls.get(name) ?? ''}${path}`] as const],
  );
  return {
    baseUrl: urls.get(target?.name ?? '') ?? '',
    redisUrl: stores.redis?.url ?? null,
    mysqlUrl: stores.mysql?.url ?? null,
    kafkaBrokers: stores.kafka === undefined ? null : [stores.kafka.url],
    metricsUrls: Object.fromEntries(metrics),
  };
}
