import type { EventLine } from '../record/series.ts';
import type { SupervisedProcess } from '../system/supervisor.ts';
import { type Backing, behindService, proxiesOf, type StoreProvider } from './backing.ts';
import { obituary } from './obituary.ts';
import type { ServiceSetting } from './service-command.ts';
import { type ServiceProcess, watchProcess } from './service-process.ts';
import { repairData } from './service-repair.ts';
import { resetFixture } from './service-reset.ts';
import type { Stack, StackEndpoints, StackRequest } from './stack.ts';
import type { Mortal, RunningContainer, StartContext, Stores } from './start-context.ts';
import { watchStore } from './store-restart.ts';

export interface RunningParts extends Pick<Stack, 'fixture' | 'parts'> {
  readonly context: StartContext;
  readonly provider: StoreProvider;
  readonly backing: Backing;
  /** Stores that are started again, with the time until then in milliseconds. */
  readonly restarted: NonNullable<StackRequest['restarted']>;
  readonly setting: ServiceSetting;
  readonly services: readonly ServiceProcess[];
}

/** Watches what was started, until it is stopped. */
export function runningStack(running: RunningParts): Stack {
  const { context, provider, backing, restarted, setting, services, fixture, parts } = running;
  const alive = new Map<string, SupervisedProcess>();
  const containers = new Map<string, RunningContainer>();
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
  const reportEnd = async (mortal: Mortal) => {
    const exit = await mortal.exited;
    containers.delete(mortal.name);
    if (!stopping.signal.aborted) emit(await obituary(mortal, exit));
  };
  const watch = { context, stopping: stopping.signal, emit, onStarted };
  const delays = new Map(Object.entries(restarted));
  const storeWatches: Array<Promise<void>> = [];
  for (const { part, process, container, restart } of behindService(backing)) {
    if (process !== undefined) onStarted(process);
    if (container !== undefined) containers.set(container.name, container);
    const afterMs = delays.get(part.name);
    if (afterMs !== undefined && process !== undefined && restart !== undefined) {
      storeWatches.push(watchStore(process, restart, afterMs, watch));
    } else {
      for (const mortal of [process, container]) if (mortal !== undefined) void reportEnd(mortal);
    }
  }
  for (const { process } of services) onStarted(process);
  const restarts = new Map(setting.manifest.processes.map(({ name, restart }) => [name, restart]));
  const serviceWatches = services.map(({ name, spec, process }) =>
    watchProcess(process, restarts.get(name) === true ? spec : null, watch),
  );

  async function stop(graceMs: number): Promise<void> {
    stopping.abort();
    const others = behindService(backing).map(({ part }) => part.name);
    const processes = [...alive.values()].filter(({ name }) => !others.includes(name));
    await Promise.all(processes.map((process) => process.stop({ graceMs })));
    await Promise.all(serviceWatches);
    await provider.stop();
    // Who was started again is known here alone.
    await Promise.all([...alive.values()].map((process) => process.stop({ graceMs: 0 })));
    await Promise.all(storeWatches);
  }

  const { repair } = setting.manifest;
  return {
    provider: provider.provider,
    endpoints: endpointsOf(backing.stores, setting, services),
    proxies: proxiesOf(backing),
    overridesFile: setting.overridesFile,
    fixture,
    parts,
    processes: () => [...alive.values()].map(({ name, pid }) => ({ name, pid })),
    containers: () => [...containers.values()].map(({ name, id, engine }) => ({ name, id, engine })),
    reset: (parameters) => resetFixture(setting, parameters, context),
    repair: repair === undefined ? null : () => repairData(repair.command, setting, context),
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
