import { messageOf } from '../system/error.ts';
import type { SupervisedProcess } from '../system/supervisor.ts';
import { obituary } from './obituary.ts';
import type { Watch } from './service-process.ts';
import type { StoreRestart } from './start-context.ts';

/**
 * Reports each end of a store and starts it again `afterMs` later: `process-restarted` when it answers, `process-lost` when
 * it does not, and then no more. Never rejects. Ends when the process has ended after `stopping`.
 */
export async function watchStore(
  process: SupervisedProcess,
  { spec, ready }: StoreRestart,
  afterMs: number,
  { context, stopping, emit, onStarted }: Watch,
): Promise<void> {
  const { clock } = context;
  let current = process;
  for (;;) {
    const exit = await current.exited;
    if (stopping.aborted) return;
    emit(await obituary(current, exit));
    try {
      await clock.sleep(afterMs, stopping);
      current = await context.spawn(spec);
      onStarted(current);
      stopping.throwIfAborted();
      await ready(current, stopping);
    } catch (error) {
      // One that stays silent must not stay.
      await current.stop({ graceMs: 0 });
      if (stopping.aborted) return;
      emit({ kind: 'event', t: clock.now(), name: 'process-lost', subject: spec.name, detail: messageOf(error) });
      return;
    }
    const t = clock.now();
    const detail = `pid ${current.pid}, ${t - exit.at} ms after its end`;
    emit({ kind: 'event', t, name: 'process-restarted', subject: spec.name, detail });
  }
}
