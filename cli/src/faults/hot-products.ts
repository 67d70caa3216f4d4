/** So few that orders meet all the time. */
export const hotProducts = 5;

/**
 * What an order does between two products, milliseconds: a real one asks for a price or a limit. Without it two orders meet on a
 * busy machine only, and whether a fault bites is luck.
 */
const lockGapMs = 8;

/** Of the service, before the fault and during it: all orders lock in the same order. */
export const hotSettings = { ORDER_LOCKING: 'sorted', ORDER_LOCK_GAP_MS: String(lockGapMs) } as const;

/** Of the load. */
export const hotEnv = { HOT_PRODUCTS: String(hotProducts) } as const;
