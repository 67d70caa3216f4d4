import type { Part } from '../record/run-record.ts';
import type { Clock } from '../system/clock.ts';
import type { ProcessSpec, SupervisedProcess, Supervisor } from '../system/supervisor.ts';
import type { Ports } from './ports.ts';

/** What every part of a local stack needs in order to start. */
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

/** A store that answers. */
export interface StartedStore {
  readonly part: Part;
  readonly process: SupervisedProcess;
  readonly port: number;
  /** For clients, with credentials. */
  readonly url: string;
}

export type StoreName = 'redis' | 'mysql' | 'kafka';
/** Those that the service needs. */
export type Stores = Readonly<Partial<Record<StoreName, StartedStore>>>;
