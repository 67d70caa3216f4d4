import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { withTimeout } from '../system/polling.ts';
import { maskSecrets } from '../system/secret.ts';
import type { CommandContext } from './context.ts';
import { listenForInterrupt } from './interrupt.ts';
import { type KeeperListener, keepStack } from './stack-keeper.ts';
import { type KeeperWord, type KeepOrder, keepOrderSchema } from './stack-order.ts';

const orderTimeoutMs = 30_000;

/** `loadkit stack keep`, the program that `stack up` starts: keeps the stack that its parent orders until it is told to end. */
export async function keepForParent(context: CommandContext): Promise<number> {
  if (!process.connected) {
    throw new LoadkitError('keeper-alone', 'loadkit stack keep is started by loadkit stack up', {
      exitCode: exitCode.usage,
    });
  }
  const parentGone = new AbortController();
  const onParentGone = () => parentGone.abort(new LoadkitError('parent-gone', 'loadkit stack up was ended'));
  process.once('disconnect', onParentGone);
  const say = (word: KeeperWord): void => {
    if (process.connected) process.send?.(word, undefined, undefined, () => undefined);
  };
  const interrupt = listenForInterrupt(() => undefined);
  try {
    const order = await withTimeout(orderTimeoutMs, receiveOrder);
    const listener: KeeperListener = {
      progress: (line) => say({ kind: 'progress', line }),
      up: () => {
        process.off('disconnect', onParentGone);
        say({ kind: 'up' });
      },
    };
    await keepStack(order, context, listener, { ...interrupt, parentGone: parentGone.signal });
    return exitCode.ok;
  } catch (error) {
    const failed = asWord(error);
    say(failed);
    return failed.exitCode;
  }
}

function receiveOrder(): Promise<KeepOrder> {
  return new Promise((resolve, reject) => {
    process.once('message', (message) => {
      const order = keepOrderSchema.safeParse(message);
      if (order.success) resolve(order.data);
      else reject(order.error);
    });
  });
}

function asWord(error: unknown): Extract<KeeperWord, { kind: 'failed' }> {
  const known = error instanceof LoadkitError;
  return {
    kind: 'failed',
    code: known ? error.code : 'internal',
    message: maskSecrets(messageOf(error)),
    hint: known && error.hint !== undefined ? maskSecrets(error.hint) : null,
    exitCode: known ? error.exitCode : exitCode.internal,
  };
}
