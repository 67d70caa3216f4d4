const usualQuietMs = 10_000;

/** True when an alarm is to be raised now. */
export type Latch = (t: number, isFiring: boolean, isQuiet?: boolean) => boolean;

/** Lets an alarm through once, and again only after `quietMs` without a break in which it was quiet, so that no flood comes. */
export function createLatch(quietMs = usualQuietMs): Latch {
  let isArmed = true;
  let quietSince: number | null = null;
  return (t, isFiring, isQuiet = !isFiring) => {
    quietSince = isQuiet ? (quietSince ?? t) : null;
    if (quietSince !== null && t - quietSince >= quietMs) isArmed = true;
    const isRaised = isFiring && isArmed;
    if (isRaised) isArmed = false;
    return isRaised;
  };
}
