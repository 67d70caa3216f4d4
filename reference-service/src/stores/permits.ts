import { StoreFailure } from './failure.ts';

interface Waiter {
  readonly enter: () => void;
  readonly timer: NodeJS.Timeout;
}

export interface PermitsOptions {
  readonly size: number;
  /** Callers that may wait; the next one is turned away. */
  readonly queueLimit: number;
  readonly queueTimeoutMs: number;
  /** Called with the seconds that a caller waited, 0 included. */
  readonly onWaited: (seconds: number) => void;
}

/** As many permits as the pool has connections, given in the order of asking. Both the queue and the wait are bounded. */
export class Permits {
  readonly #options: PermitsOptions;
  readonly #waiters = new Set<Waiter>();
  #inUse = 0;

  constructor(options: PermitsOptions) {
    this.#options = options;
  }

  get inUse(): number {
    return this.#inUse;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** Rejects with `StoreFailure` `BUSY` when the queue is full, or the wait too long. */
  async acquire(): Promise<void> {
    const { size, queueLimit, queueTimeoutMs, onWaited } = this.#options;
    if (this.#inUse < size) {
      this.#inUse += 1;
      onWaited(0);
      return;
    }
    if (this.#waiters.size >= queueLimit) throw new StoreFailure('BUSY', `${queueLimit} wait for MySQL already`);
    const from = performance.now();
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        enter: resolve,
        timer: setTimeout(() => {
          this.#waiters.delete(waiter);
          reject(new StoreFailure('BUSY', `no MySQL connection free within ${queueTimeoutMs} ms`));
        }, queueTimeoutMs),
      };
      this.#waiters.add(waiter);
    });
    onWaited((performance.now() - from) / 1000);
  }

  release(): void {
    const [next] = this.#waiters;
    if (next === undefined) {
      this.#inUse -= 1;
      return;
    }
    this.#waiters.delete(next);
    clearTimeout(next.timer);
    next.enter();
  }
}
