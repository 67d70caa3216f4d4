import { onEndingSignal } from '../system/ending-signals.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

export interface Interrupt {
  /** Aborts at the first SIGINT, SIGTERM or SIGHUP with a `LoadkitError` as its reason. */
  readonly signal: AbortSignal;
  /** Called at the second one: end at once. */
  onSecond(listener: () => void): void;
  /** Gives the signals back. */
  release(): void;
}

/** Takes over the signals that ask a command to end. */
export function listenForInterrupt(onFirst: (name: string) => void): Interrupt {
  const controller = new AbortController();
  const second: Array<() => void> = [];
  const release = onEndingSignal((name) => {
    if (controller.signal.aborted) {
      for (const listener of second) listener();
      return;
    }
    controller.abort(new LoadkitError('interrupted', `interrupted by ${name}`, { exitCode: exitCode.interrupted }));
    onFirst(name);
  });
  return {
    signal: controller.signal,
    onSecond: (listener) => second.push(listener),
    release,
  };
}
