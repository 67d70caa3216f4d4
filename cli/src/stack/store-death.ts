import { describeExit, notStarted } from './readiness.ts';
import type { Mortal, StartContext, Store } from './start-context.ts';

/**
 * The same context, whose signal also aborts with `part-not-started` (93) when one of the stores, or the proxy before them, ends:
 * a service that is being started would ask for it in vain until its own time is over.
 */
export function untilStoreDies(
  behind: ReadonlyArray<Pick<Store, 'process' | 'container'>>,
  context: StartContext,
): StartContext {
  const died = new AbortController();
  const mortals: ReadonlyArray<Mortal | undefined> = behind.flatMap(({ process, container }) => [process, container]);
  for (const mortal of mortals) {
    void mortal?.exited.then(async (exit) => {
      const what = `ended with ${describeExit(exit)} while the service was being started`;
      died.abort(await notStarted(mortal.name, what, mortal.logFile).catch((error: unknown) => error));
    });
  }
  return { ...context, signal: AbortSignal.any([context.signal, died.signal]) };
}
