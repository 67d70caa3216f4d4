import type { Undone } from '../record/drill.ts';
import { systemClock } from '../system/clock.ts';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { withTimeout } from '../system/polling.ts';
import { maskSecrets } from '../system/secret.ts';
import { type Ending, listenForEnding } from './ending.ts';
import type { PreparedFault } from './fault.ts';
import { type Guard, startGuard } from './guard.ts';
import type { InjectorWord } from './injector-word.ts';
import { createJournal } from './journal.ts';
import { type InjectionOrder, readOrder } from './order.ts';
import { faultOf } from './registry.ts';
import { undoSteps } from './undo.ts';

/** For the look at the target, which touches nothing. */
const prepareTimeoutMs = 15_000;
/** For what still breaks something to notice that it shall end. */
const settleLimitMs = 10_000;

type Say = (word: InjectorWord) => void;

/**
 * The program of `loadkit drill inject`: lets one fault stand until a signal (SIGTERM, SIGINT, SIGHUP) or its maximum, and
 * puts everything back. Never rejects. Resolves with the exit code: 0 when it was injected, and nothing is left of it.
 *
 * @param out gets a line for each `InjectorWord`; nobody has to read it
 */
export async function runInjector(orderFile: string, out: NodeJS.WritableStream): Promise<number> {
  const say = speakTo(out);
  const ending = listenForEnding();
  try {
    const order = await readOrder(orderFile);
    const { target } = order;
    const fault = faultOf(order.fault);
    const prepared = await withTimeout(prepareTimeoutMs, (signal) => fault.prepare(target, signal), ending.signal);
    return await stand(prepared, order, ending, say);
  } catch (error) {
    // What the end of the drill cut short has not failed; nothing was touched by then.
    return ending.signal.aborted && error === ending.signal.reason
      ? reverted(await ending.by, [], say)
      : failed(error, [], say);
  } finally {
    ending.release();
  }
}

async function stand(prepared: PreparedFault, order: InjectionOrder, ending: Ending, say: Say): Promise<number> {
  const { fault, maxMs, journalFile } = order;
  const startedAt = Math.max(systemClock.now(), order.startAt ?? 0);
  const journal = await createJournal(journalFile, {
    fault,
    startedAt,
    until: startedAt + maxMs,
    steps: prepared.undo,
  });
  let guard: Guard | undefined;
  let failure: unknown;
  try {
    guard = await startGuard(journalFile);
    await systemClock.sleep(Math.max(0, startedAt - systemClock.now()), ending.signal);
    ending.limit(maxMs);
    const injecting = prepared.inject(journal.add, ending.signal, systemClock.now() + maxMs);
    await untilEnded(prepared, injecting, ending, say);
    failure = ending.failure();
  } catch (error) {
    if (!ending.signal.aborted) failure = error;
    ending.end('order');
  }
  const undone = await undoSteps(journalFile);
  guard?.dismiss();
  return failure === undefined ? reverted(await ending.by, undone, say) : failed(failure, undone, say);
}

/** Resolves at the end of the drill, when nothing more is being broken. */
async function untilEnded(
  prepared: PreparedFault,
  injecting: ReturnType<PreparedFault['inject']>,
  ending: Ending,
  say: Say,
): Promise<void> {
  const facts = await Promise.race([injecting, ending.by.then(() => null)]);
  if (facts === null) return settled(injecting);
  say({ kind: 'standing', t: systemClock.now(), facts });
  const keptUp = prepared.keepUp?.(ending.signal);
  await Promise.race([ending.by, keptUp?.then(() => ending.by) ?? ending.by]);
  await settled(keptUp);
}

/** What is on its way when the drill ends would break again what was put back. */
async function settled(work: Promise<unknown> | undefined): Promise<void> {
  await withTimeout(settleLimitMs, async () => work).catch(() => undefined);
}

function reverted(by: 'order' | 'maximum', undone: Undone[], say: Say): number {
  say({ kind: 'reverted', t: systemClock.now(), by, undone });
  return undone.some(({ outcome }) => outcome === 'failed') ? exitCode.unreachable : exitCode.ok;
}

function failed(error: unknown, undone: Undone[], say: Say): number {
  const known = error instanceof LoadkitError;
  say({
    kind: 'failed',
    t: systemClock.now(),
    code: known ? error.code : 'internal',
    message: maskSecrets(messageOf(error)),
    hint: known && error.hint !== undefined ? maskSecrets(error.hint) : null,
    undone,
  });
  return known ? error.exitCode : exitCode.internal;
}

function speakTo(out: NodeJS.WritableStream): Say {
  // Who reads may be gone; what is to be undone must not depend on that.
  out.on('error', () => undefined);
  return (word) => {
    try {
      out.write(`${JSON.stringify(word)}\n`);
    } catch {
      // Closed.
    }
  };
}
