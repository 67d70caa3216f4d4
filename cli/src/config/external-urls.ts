import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { ExternalUrls } from './run-options.ts';

const mostPorts = 65_535;

interface UrlFlags {
  readonly baseUrl?: string;
  readonly redisUrl?: string;
  readonly mysqlUrl?: string;
  readonly kafkaBrokers?: string;
  readonly metricsUrl: readonly string[];
}

/** Checks the addresses of somebody else's service and stores. Throws `LoadkitError` `option-value` (2); echoes no password. */
export function parseExternalUrls(flags: UrlFlags): ExternalUrls {
  const { baseUrl, redisUrl, mysqlUrl, kafkaBrokers, metricsUrl } = flags;
  return {
    baseUrl:
      baseUrl === undefined
        ? null
        : withoutEndSlashes(url('--base-url', baseUrl, ['http', 'https'], 'http://127.0.0.1:8080')),
    redisUrl:
      redisUrl === undefined ? null : url('--redis-url', redisUrl, ['redis', 'rediss'], 'redis://127.0.0.1:6379'),
    mysqlUrl:
      mysqlUrl === undefined
        ? null
        : url('--mysql-url', mysqlUrl, ['mysql'], 'mysql://user:password@127.0.0.1:3306/shop'),
    kafkaBrokers: kafkaBrokers === undefined ? null : brokers(kafkaBrokers),
    metricsUrls: metrics(metricsUrl),
  };
}

/** False: none of the addresses was given. */
export function namesTarget({ metricsUrls, ...others }: ExternalUrls): boolean {
  return Object.values(others).some((given) => given !== null) || Object.keys(metricsUrls).length > 0;
}

function url(flag: string, text: string, protocols: readonly string[], example: string): string {
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (parsed !== null && protocols.includes(parsed.protocol.slice(0, -1)) && parsed.hostname !== '') return text;
  const found = parsed === null ? 'no address' : `${parsed.protocol}//${parsed.host}`;
  throw wrong(`${flag}: expected an address such as ${example}, found ${found}`);
}

/** Not a pattern: one that looks for slashes at the end takes the square of those in the middle. */
function withoutEndSlashes(text: string): string {
  let end = text.length;
  while (text.charAt(end - 1) === '/') end -= 1;
  return text.slice(0, end);
}

function brokers(text: string): string[] {
  const list = text.split(',').map((item) => item.trim());
  const bad = list.find((item) => !isBroker(item));
  if (bad === undefined) return list;
  throw wrong(`--kafka-brokers: expected host:port, several with commas between, found "${bad}"`);
}

function isBroker(item: string): boolean {
  const port = Number(/^(?:\[[^\]\s]+\]|[^\s,:]+):(\d{1,5})$/.exec(item)?.[1] ?? 'NaN');
  return port > 0 && port <= mostPorts;
}

/** `api=http://…`, or a bare address, which is named `service`, `service-2`, … */
function metrics(items: readonly string[]): Record<string, string> {
  const named: Record<string, string> = {};
  for (const item of items) {
    const [, name, address = item] = /^([a-z][a-z0-9-]*)=(.+)$/i.exec(item) ?? [];
    const key = name ?? (Object.keys(named).length === 0 ? 'service' : `service-${Object.keys(named).length + 1}`);
    if (Object.hasOwn(named, key)) throw wrong(`--metrics-url: the name "${key}" is given twice`);
    named[key] = url('--metrics-url', address, ['http', 'https'], 'api=http://127.0.0.1:8080/metrics');
  }
  return named;
}

function wrong(message: string): LoadkitError {
  return new LoadkitError('option-value', message, { hint: 'see loadkit run --help', exitCode: exitCode.usage });
}
