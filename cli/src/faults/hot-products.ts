/** So few that orders meet all the time. */
export const hotProducts = 5;

/** Orders a second on them that two busy cores answer in time, as long as all orders lock in the same order. */
export const hotRate = 150;

/** Of the load. */
export const hotEnv = { HOT_PRODUCTS: String(hotProducts) } as const;
