/**
 * A watched system, asked once a second from the outside.
 * `read` resolves with metric keys (see `record/metric-key.ts`) and values; a value that could not be read is left out, never 0.
 */
export interface Probe {
  /** `redis`, `mysql`, `kafka`, `process`, `prometheus:api` (one per process): the `probe` of its lines in the series. */
  readonly name: string;
  /** Longest time that one reading may take, in milliseconds. A little less than whole seconds, so that it costs no further one. */
  readonly timeoutMs: number;
  /** Connects on the first call and again after a failure. Rejects when it could not read, and soon after `signal` aborts. */
  read(signal: AbortSignal): Promise<Record<string, number>>;
  /** What it cannot read at present and why, one line each; empty when all is there. */
  notes(): readonly string[];
  close(): Promise<void>;
}
