import type { Clock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import type { Supervisor } from '../system/supervisor.ts';
import type { Stack, StackRequest } from './stack.ts';

/** A stack that `loadkit stack up` holds. */
export interface HeldStack {
  readonly name: string;
}

export async function useHeldStack(
  _held: HeldStack,
  _request: StackRequest,
  _context: { readonly supervisor: Supervisor; readonly clock: Clock },
): Promise<Stack> {
  throw new LoadkitError('not-built', 'running');
}
