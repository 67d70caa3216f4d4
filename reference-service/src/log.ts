import { type Logger, pino } from 'pino';

export type Log = Logger;

export function createLog(role: string, level: string): Log {
  return pino({ level, base: { role, pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime });
}

/** Says a thing at most once a second, with how often it was not said: a dead store must not fill the disk. */
export class CalmLog {
  readonly #log: Log;
  readonly #now: () => number;
  readonly #said = new Map<string, { at: number; unsaid: number }>();

  constructor(log: Log, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#now = now;
  }

  error(key: string, error: unknown): void {
    const now = this.#now();
    const last = this.#said.get(key);
    if (last !== undefined && now - last.at < 1_000) {
      last.unsaid += 1;
      return;
    }
    this.#said.set(key, { at: now, unsaid: 0 });
    this.#log.error({ err: error, unsaid: last?.unsaid ?? 0 }, key);
  }
}
