import type { Part } from '../record/run-record.ts';
import type { Clock } from '../system/clock.ts';
import { isLocalHost } from '../system/loopback.ts';
import { findLocalProcesses, type LocalPort } from './external-process.ts';
import { askStores, type ExternalStore, hostPort } from './external-store.ts';
import { reachTarget } from './external-target.ts';
import type { ServiceManifest } from './service-manifest.ts';
import type { Stack, StackEndpoints, StackRequest } from './stack.ts';

export interface ExternalStackRequest extends Pick<StackRequest, 'logFolder' | 'onProgress' | 'signal'> {
  readonly urls: StackEndpoints;
  /** Of the service that the script names, for what there is to watch. */
  readonly manifest: ServiceManifest | null;
}

/**
 * Somebody else's service and stores: nothing of them is started, reset, deleted or closed. A store that cannot be
 * asked is told to `onProgress`, and its probe goes on trying.
 *
 * @throws LoadkitError `target-unreachable` (93) when nobody accepts a connection at the base URL
 */
export async function connectExternalStack(
  { urls, manifest, onProgress, signal }: ExternalStackRequest,
  { clock }: { readonly clock: Clock },
): Promise<Stack> {
  const note = urls.baseUrl === null ? null : await reachTarget(urls.baseUrl, signal);
  if (note !== null) onProgress(note);
  const stores = await askStores(urls, signal);
  for (const store of stores) onProgress(sayStore(store));
  const local = findLocalProcesses(localPorts(urls, manifest, stores), clock);
  for (const found of local.described) onProgress(found);
  return {
    provider: 'external',
    endpoints: urls,
    parts: [...stores.flatMap(storePart), ...serviceParts(urls, manifest)],
    fixture: {},
    proxies: {},
    overridesFile: null,
    processes: () => local.processes(),
    containers: () => [],
    reset: null,
    repair: null,
    onEvent: () => undefined,
    stop: async () => undefined,
  };
}

function sayStore(store: ExternalStore): string {
  const where = `${store.name} at ${store.addresses.join(',')}`;
  if ('failure' in store) return `${where} cannot be asked, the others go on: ${store.failure}`;
  const { product, version } = store.answer;
  return `${where} is ${product}${version === 'unknown' ? '' : ` ${version}`}`;
}

function storePart(store: ExternalStore): Part[] {
  if ('failure' in store) return [];
  const { settings, ...answer } = store.answer;
  return [
    { name: store.name, ...answer, origin: 'external', settings: { address: store.addresses.join(','), ...settings } },
  ];
}

/** The processes that an address was given of. What version runs there nobody tells. */
function serviceParts({ baseUrl, metricsUrls }: StackEndpoints, manifest: ServiceManifest | null): Part[] {
  if (manifest === null) return [];
  return manifest.processes.flatMap(({ name, target }) => {
    const url = target ? baseUrl : metricsUrls[name];
    if (url === null || url === undefined) return [];
    return [
      { name, product: manifest.name, version: 'unknown', origin: 'external', settings: { address: addressOf(url) } },
    ];
  });
}

/** Ports of this machine, with the names that the process probe gives to whoever listens there. */
function localPorts(
  { baseUrl, metricsUrls }: StackEndpoints,
  manifest: ServiceManifest | null,
  stores: readonly ExternalStore[],
): LocalPort[] {
  const target = manifest?.processes.find((process) => process.target)?.name ?? 'service';
  const named: Array<readonly [string, string]> = [
    ...stores.flatMap(({ name, addresses }) => addresses.map((address) => [name, address] as const)),
    ...(baseUrl === null ? [] : [[target, addressOf(baseUrl)] as const]),
    ...Object.entries(metricsUrls).map(([name, url]) => [name, addressOf(url)] as const),
  ];
  return named.flatMap(([name, address]) => {
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
    return isLocalHost(host) ? [{ name, port: Number(port) }] : [];
  });
}

function addressOf(url: string): string {
  return hostPort(url, url.startsWith('https:') ? 443 : 80);
}
