/**
 * Why a store did not do what it was asked: `BUSY` is our own bound, `LOCK_BUSY` and `LOCK_LOST` are about the lock of
 * a campaign, the rest is the store's.
 */
export type StoreFailureCode = 'BUSY' | 'STORE_UNAVAILABLE' | 'DEADLOCK' | 'LOCK_TIMEOUT' | 'LOCK_BUSY' | 'LOCK_LOST';

/** A failure that may pass: the caller may try again later. Becomes a 503. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  readonly code: StoreFailureCode;

  constructor(code: StoreFailureCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
