import { defer } from '../system/deferred.ts';
import { onEndingSignal } from '../system/ending-signals.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

type EndedBy = 'order' | 'maximum';

/** When, and why, an injector has to put everything back. */
export interface Ending {
  /** Aborts then. */
  readonly signal: AbortSignal;
  readonly by: Promise<EndedBy>;
  /** The first reason counts. */
  end(by: EndedBy): void;
  /** The error that nobody caught, and that ended it. */
  failure(): unknown;
  /** Ends it after `ms` from now. */
  limit(ms: number): void;
  /** Gives the signals back. */
  release(): void;
}

/** Takes over the signals that ask a process to end; an error that nobody caught ends the injection, too. */
export function listenForEnding(): Ending {
  const controller = new AbortController();
  const ended = defer<EndedBy>();
  let timer: NodeJS.Timeout | undefined;
  let failure: unknown;
  const end = (by: EndedBy) => {
    clearTimeout(timer);
    ended.resolve(by);
    controller.abort(
      new LoadkitError('injection-ended', 'the injection was ended', { exitCode: exitCode.interrupted }),
    );
  };
  const onError = (error: unknown) => {
    failure ??= error;
    end('order');
  };
  const giveBack = onEndingSignal(() => end('order'));
  process.on('uncaughtException', onError);
  return {
    signal: controller.signal,
    by: ended.promise,
    end,
    failure: () => failure,
    limit: (ms) => {
      timer = setTimeout(() => end('maximum'), ms);
    },
    release: () => {
      clearTimeout(timer);
      giveBack();
      process.off('uncaughtException', onError);
    },
  };
}
