import { isIP } from 'node:net';
import { isLoopback } from '../system/loopback.ts';
import { type LookUp, lookUpAddresses } from './allowed-host.ts';

/** What Go's `http.ProxyFromEnvironment` reads, for HTTP and for WebSockets. */
const proxyNames = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'];

/**
 * The variables that name a proxy which k6's dialer would let through. A request handed to it would leave this machine
 * past the dialer, so that k6 must not see them. Any other proxy is refused there like any other address.
 */
export async function proxiesPastTheDialer(
  env: Readonly<Record<string, string>>,
  allowed: readonly string[],
  lookUp: LookUp = lookUpAddresses,
): Promise<string[]> {
  const known = proxyNames.filter((name) => (env[name] ?? '') !== '');
  const passing = await Promise.all(known.map((name) => isReachable(env[name] ?? '', allowed, lookUp)));
  return known.filter((_, index) => passing[index]);
}

async function isReachable(proxy: string, allowed: readonly string[], lookUp: LookUp): Promise<boolean> {
  // Go takes `host:port` for http.
  const text = proxy.includes('://') ? proxy : `http://${proxy}`;
  // What nobody can read is nothing to rely on.
  if (!URL.canParse(text)) return true;
  const host = new URL(text).hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === 'localhost') return true;
  const addresses = isIP(host) === 0 ? await lookUp(host).catch(() => []) : [host];
  return addresses.some((address) => isLoopback(address) || allowed.includes(address));
}
