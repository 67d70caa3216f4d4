/**
 * Each batch of the consumer takes so long that it does 50 to 60 events a second, one partition after the other: fewer than the
 * 100 orders a second of the load. On all four at once it does 160 or more, each fetch included.
 */
export const slowedSettings = { ACCRUAL_DELAY_MS: '150' } as const;

/** Events of a batch. */
export const slowedBatch = '10';
