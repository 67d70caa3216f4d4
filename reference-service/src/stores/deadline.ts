import { StoreFailure } from './failure.ts';

/** Settles as `work` does, or fails after `ms`; `onLate` then gives up what `work` holds. */
export async function withDeadline<T>(ms: number, what: string, work: Promise<T>, onLate?: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      onLate?.();
      reject(new StoreFailure('STORE_UNAVAILABLE', `${what} took longer than ${ms} ms`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
