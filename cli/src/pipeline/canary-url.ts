import type { ServiceManifest } from '../stack/service-manifest.ts';
import { isLocalHost } from '../system/loopback.ts';

/**
 * What the detector of a drill asks the service; null where the service names nothing, nobody knows where it is, or it is beyond
 * this machine: there the detector asks nothing, and would refuse its whole order.
 */
export function canaryUrl({ processes }: Pick<ServiceManifest, 'processes'>, baseUrl: string | null): string | null {
  const path = processes.find(({ target }) => target)?.canary;
  if (path === undefined || baseUrl === null || !isLocalHost(new URL(baseUrl).hostname)) return null;
  return `${baseUrl}${path}`;
}
