import { setTimeout as delay } from 'node:timers/promises';
import type { Metrics } from '../metrics.ts';
import type { Issuer } from './issuer.ts';

/**
 * `direct`: a request is worked on when it comes; what is too much was turned away before.
 * `queue`: it waits for its turn in memory.
 */
export type IntakeMode = 'direct' | 'queue';

/** They may change at any time. */
export interface IntakeSettings {
  readonly mode: IntakeMode;
  /** Requests of the queue that are worked on at once. */
  readonly concurrency: number;
  /** Time that each of them takes beside the issuing itself. */
  readonly workMs: number;
  /** Heap that each one holds while it waits, as the context of a request does: headers, a parsed body, a session. */
  readonly entryKb: number;
}

interface Entry {
  readonly context: readonly number[];
  readonly begin: () => void;
}

const numbersPerKb = 128;

/** The issuer with the intake in front of it that the settings name at the moment. */
export function intakeOf(issue: Issuer, settings: IntakeSettings, metrics: Pick<Metrics, 'intakeWaiting'>): Issuer {
  const queue = new IntakeQueue(settings, (length) => metrics.intakeWaiting.set(length));
  return (request) => (settings.mode === 'direct' ? issue(request) : queue.turn(() => issue(request)));
}

/**
 * Wrong on purpose: it has no bound, and a request stays in it whose client has gone. More requests than it can work on
 * fill the heap until the process dies.
 */
class IntakeQueue {
  readonly #settings: IntakeSettings;
  readonly #onLength: (length: number) => void;
  readonly #entries = new Set<Entry>();
  #working = 0;

  constructor(settings: IntakeSettings, onLength: (length: number) => void) {
    this.#settings = settings;
    this.#onLength = onLength;
  }

  async turn<T>(work: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin) => {
      this.#entries.add({ context: new Array<number>(this.#settings.entryKb * numbersPerKb).fill(0), begin });
      this.#next();
    });
    try {
      await delay(this.#settings.workMs);
      return await work();
    } finally {
      this.#working -= 1;
      this.#next();
    }
  }

  #next(): void {
    while (this.#working < this.#settings.concurrency) {
      const [entry] = this.#entries;
      if (entry === undefined) break;
      this.#entries.delete(entry);
      this.#working += 1;
      entry.begin();
    }
    this.#onLength(this.#entries.size);
  }
}
