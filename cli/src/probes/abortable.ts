/**
 * Settles with `work`, or rejects with the signal's reason as soon as it aborts. `cutOff` then ends what `work` waits for,
 * so that a client that keeps no promise after its socket is gone cannot keep a reading open.
 */
export async function abortable<T>(signal: AbortSignal, cutOff: () => void, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      cutOff();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  const running = work();
  running.catch(() => undefined); // it may fail after the race is decided
  try {
    return await Promise.race([running, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
