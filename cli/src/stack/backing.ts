import type { Part } from '../record/run-record.ts';
import type { StackProvider } from '../record/stack-provider.ts';
import type { SupervisedProcess } from '../system/supervisor.ts';
import type { Stack } from './stack.ts';
import type { StartContext, Store, Stores } from './start-context.ts';

/** What a service stands on. */
export interface Backing {
  readonly stores: Stores;
  /** Null: the service reaches every store directly. */
  readonly toxiproxy: RunningToxiproxy | null;
}

/** One process for the proxies of all stores. */
export interface RunningToxiproxy {
  readonly part: Part;
  readonly process: SupervisedProcess;
  /** Address of its HTTP API. */
  readonly api: string;
}

/** Brings up the stores of a service, and ends them. */
export interface StoreProvider {
  readonly provider: StackProvider;
  /** Resolves when all answer; rejects with `LoadkitError`, or the signal's reason. */
  start(context: StartContext): Promise<Backing>;
  /** Ends all that `start` began, also after it failed. Their data is thrown away: nothing is shut down in order. */
  stop(): Promise<void>;
}

/** The stores, and what stands before them. */
export function behindService({ stores, toxiproxy }: Backing): Array<Omit<Store, 'url'>> {
  return [...Object.values(stores), ...(toxiproxy === null ? [] : [toxiproxy])];
}

export function proxiesOf({ stores, toxiproxy }: Backing): Stack['proxies'] {
  if (toxiproxy === null) return {};
  const { api } = toxiproxy;
  const proxied = Object.entries(stores).filter(([, { proxiedUrl }]) => proxiedUrl !== undefined);
  return Object.fromEntries(proxied.map(([name]) => [name, { api, name }]));
}
