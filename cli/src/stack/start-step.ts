import type { Clock } from '../system/clock.ts';
import type { StackRequest } from './stack.ts';

/** Says how long a step took, so that a slow start shows where. */
export async function step<T>(
  name: string,
  { clock }: { readonly clock: Clock },
  { onProgress }: Pick<StackRequest, 'onProgress'>,
  work: () => Promise<T>,
): Promise<T> {
  const begin = clock.monotonic();
  const result = await work();
  onProgress(`${name} ready after ${((clock.monotonic() - begin) / 1000).toFixed(1)} s`);
  return result;
}
