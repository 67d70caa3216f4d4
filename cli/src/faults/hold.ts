/** Of every fault that can stand as long as one likes, and of the placebo, so that they can be compared. Milliseconds. */
export const usualHoldMs = 20_000;
