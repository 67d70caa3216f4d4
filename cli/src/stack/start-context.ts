import type { Part } from '../record/run-record.ts';
import type { Clock } from '../system/clock.ts';
import type { ProcessSpec, SupervisedProcess, Supervisor } from '../system/supervisor.ts';
import type { Ports } from './ports.ts';
import type { StackContainer, StoreName } from './stack.ts';

/** What every part of a stack needs in order to start. */
export interface StartContext {
  readonly supervisor: Pick<Supervisor, 'tempDir'>;
  /** As the supervisor's; what it started is ended when the start of the stack fails. */
  spawn(spec: ProcessSpec): Promise<SupervisedProcess>;
  readonly clock: Clock;
  readonly ports: Ports;
  /** Environment that every child gets. */
  readonly env: Readonly<Record<string, string>>;
  readonly logFolder: string;
  readonly signal: AbortSignal;
}

/** A process or a container, as far as its end is watched. */
export type Mortal = Pick<SupervisedProcess, 'name' | 'logFile' | 'exited'>;

export interface RunningContainer extends Mortal, StackContainer {}

/** A store that answers: a process of this machine, or a container. */
export interface Store {
  readonly part: Part;
  /** For clients, with credentials. */
  readonly url: string;
  /** The same through a proxy: what the service gets instead. */
  readonly proxiedUrl?: string;
  readonly process?: SupervisedProcess;
  readonly container?: RunningContainer;
  /** Absent where nothing of it can be started again. */
  readonly restart?: StoreRestart;
}

/** How a store is started again as it was: on its port, with the data that it left. */
export interface StoreRestart {
  readonly spec: ProcessSpec;
  /** Resolves when that process answers. Rejects with `LoadkitError` when it ends or stays silent, or with the signal's reason. */
  ready(process: SupervisedProcess, signal: AbortSignal): Promise<unknown>;
}

/** A store that is a process of this machine. */
export interface StartedStore extends Store {
  readonly process: SupervisedProcess;
  readonly port: number;
}

/** Those that the service needs. */
export type Stores = Readonly<Partial<Record<StoreName, Store>>>;
