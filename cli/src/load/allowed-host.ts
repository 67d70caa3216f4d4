import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { isLocalHost, isLoopback } from '../system/loopback.ts';
import { withTimeout } from '../system/polling.ts';

/** A host beyond the loopback interface that k6 may reach, with the addresses that it had when the run was planned. */
export interface AllowedHost {
  readonly host: string;
  readonly addresses: readonly string[];
}

/** All addresses of a name, IPv4 and IPv6. */
export type LookUp = (host: string) => Promise<readonly string[]>;

const lookupLimitMs = 10_000;

export const lookUpAddresses: LookUp = async (host) => {
  const found = await withTimeout(lookupLimitMs, () => lookup(host, { all: true, order: 'ipv4first' }));
  return [...new Set(found.map(({ address }) => address))];
};

/**
 * The addresses of each `--allow-host`, without those of this machine, which k6 reaches anyway. They are looked up once:
 * what DNS says later is not let through.
 *
 * @throws LoadkitError `allow-host` (2) for what is no single host, (93) for a name that has no address
 */
export async function resolveAllowedHosts(
  hosts: readonly string[],
  lookUp: LookUp = lookUpAddresses,
): Promise<AllowedHost[]> {
  const resolved = await Promise.all([...new Set(hosts)].map((text) => resolveHost(text, lookUp)));
  const beyond = resolved.map(({ host, addresses }) => ({
    host,
    addresses: addresses.filter((one) => !isLoopback(one)),
  }));
  return beyond.filter(({ addresses }) => addresses.length > 0);
}

async function resolveHost(text: string, lookUp: LookUp): Promise<AllowedHost> {
  const host = hostOf(text);
  return { host, addresses: isIP(host) === 0 ? await addressesOf(host, lookUp) : [host] };
}

function hostOf(text: string): string {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) !== 0 && !bare.includes('%')) return bare;
  const name = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*\.?$/i;
  if (name.test(text)) return text;
  throw new LoadkitError('allow-host', `--allow-host: expected the name or the address of one host, found "${text}"`, {
    hint: 'for example --allow-host staging.example.com; no URL, no port, no range (give the flag once for each host)',
    exitCode: exitCode.usage,
  });
}

async function addressesOf(host: string, lookUp: LookUp): Promise<readonly string[]> {
  try {
    const addresses = await lookUp(host);
    if (addresses.length > 0) return addresses;
  } catch (error) {
    throw unknownHost(host, messageOf(error));
  }
  throw unknownHost(host, 'no address');
}

function unknownHost(host: string, why: string): LoadkitError {
  return new LoadkitError('host-unknown', `--allow-host: cannot look up ${host}: ${why}`, {
    hint: 'is the name right, and does this machine reach its name server?',
    exitCode: exitCode.unreachable,
  });
}

/**
 * Refuses a `--base-url` that k6 would not be let through to.
 *
 * @throws LoadkitError `base-url-refused` (2) with the flag that allows it, `host-unknown` (93)
 */
export async function checkBaseUrl(
  baseUrl: string,
  allowed: readonly AllowedHost[],
  lookUp: LookUp = lookUpAddresses,
): Promise<void> {
  await checkHost('--base-url', baseUrl, 'and load goes to 127.0.0.1 only', allowed, lookUp);
}

/**
 * The same for the address of any flag.
 *
 * @param rule why this machine alone may be named, as the end of a sentence
 */
export async function checkHost(
  flag: string,
  url: string,
  rule: string,
  allowed: readonly AllowedHost[],
  lookUp: LookUp = lookUpAddresses,
): Promise<void> {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  if (isLocalHost(host)) return;
  const reachable = new Set(allowed.flatMap(({ addresses }) => addresses));
  if (allowed.some((one) => one.host.toLowerCase() === host) || reachable.has(host)) return;
  const addresses = isIP(host) === 0 ? await namedAddresses(flag, host, lookUp) : [host];
  if (addresses.every((address) => isLoopback(address) || reachable.has(address))) return;
  throw new LoadkitError('base-url-refused', `${flag}: ${host} is not on this machine, ${rule}`, {
    hint: `with the permission of whoever runs it: --allow-host ${host}`,
    exitCode: exitCode.usage,
  });
}

async function namedAddresses(flag: string, host: string, lookUp: LookUp): Promise<readonly string[]> {
  try {
    return await lookUp(host);
  } catch (error) {
    throw new LoadkitError('host-unknown', `${flag}: cannot look up ${host}: ${messageOf(error)}`, {
      hint: 'is the name right, and does this machine reach its name server?',
      exitCode: exitCode.unreachable,
    });
  }
}
