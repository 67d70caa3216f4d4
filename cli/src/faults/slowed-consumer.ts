/**
 * Each batch of the consumer takes so long that it does 40 events a second of each partition that it works on: fewer than the
 * 100 orders a second of the load one after the other, more when it works on all four at once.
 */
export const slowedSettings = { ACCRUAL_DELAY_MS: '250' } as const;

/** Events of a batch. */
export const slowedBatch = '10';
