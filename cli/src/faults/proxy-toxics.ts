import { randomBytes } from 'node:crypto';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { PreparedFault } from './fault.ts';
import type { FaultTarget } from './fault-target.ts';
import { never } from './never.ts';
import { type Toxic, toxiproxy } from './toxiproxy.ts';

/** Puts toxics on the way between the service and one of its stores: on the connections that are open, and on new ones. */
export async function prepareToxics(
  { proxies }: FaultTarget,
  store: keyof FaultTarget['proxies'],
  toxics: ReadonlyArray<Omit<Toxic, 'name'>>,
  signal: AbortSignal,
): Promise<PreparedFault> {
  const place = proxies[store];
  const proxy = place === undefined ? null : await toxiproxy(place.api, signal).find(place.name);
  if (place === undefined || proxy === null || !proxy.enabled) {
    throw new LoadkitError('fault-proxy', `the target has no open proxy in front of ${store}`, {
      hint: 'loadkit puts one there when it starts the stack for this fault',
      exitCode: exitCode.usage,
    });
  }
  if (proxy.toxics.length > 0) {
    const names = proxy.toxics.map((toxic) => toxic.name).join(', ');
    throw new LoadkitError('fault-proxy', `something is broken already on the way to ${store}: ${names}`, {
      hint: 'loadkit drill --cleanup undoes what a drill left',
      exitCode: exitCode.unreachable,
    });
  }
  const { api, name } = place;
  const prefix = `loadkit-${randomBytes(4).toString('hex')}-`;
  return {
    undo: [{ kind: 'toxics', api, proxy: name, prefix }],
    inject: async (_, ending) => {
      const toxiproxyApi = toxiproxy(api, never);
      for (const toxic of toxics) {
        ending.throwIfAborted();
        await toxiproxyApi.addToxic(name, { name: `${prefix}${toxic.type}-${toxic.stream}`, ...toxic });
      }
      return { proxy: name, ...factsOf(toxics) };
    },
  };
}

/** `{ toxics: 'latency downstream', latencyMs: 300 }`; a figure that is 0 has a meaning of its own. */
function factsOf(toxics: ReadonlyArray<Omit<Toxic, 'name'>>): Record<string, string | number> {
  const figures = toxics.flatMap(({ attributes }) => Object.entries(attributes)).filter(([, value]) => value > 0);
  return {
    toxics: toxics.map(({ type, stream }) => `${type} ${stream}`).join(', '),
    ...Object.fromEntries(figures.map(([name, value]) => [`${name}Ms`, value])),
  };
}
