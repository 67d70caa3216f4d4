import type { Log } from './log.ts';

export interface ShutdownParts {
  readonly log: Log;
  readonly timeoutMs: number;
  /** In this order, each when the one before has ended. One that fails does not keep the next from running. */
  readonly steps: readonly { readonly name: string; readonly run: () => Promise<unknown> }[];
  readonly onBegin: () => void;
}

/** Ends the process in order at the first SIGTERM or SIGINT; by force after `timeoutMs`, or at the second signal. */
export function shutDownOnSignal({ log, timeoutMs, steps, onBegin }: ShutdownParts): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping');
    onBegin();
    setTimeout(() => {
      log.error({ timeoutMs }, 'did not stop in time');
      process.exit(1);
    }, timeoutMs).unref();
    let failed = false;
    for (const { name, run } of steps) {
      const from = performance.now();
      try {
        await run();
        log.debug({ ms: Math.round(performance.now() - from) }, `stopped ${name}`);
      } catch (error) {
        failed = true;
        log.error({ err: error }, `stopping ${name} failed`);
      }
    }
    log.info('stopped');
    process.exit(failed ? 1 : 0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
