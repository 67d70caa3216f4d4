/** Above the most that is usual by half and by 20 entries: a batch of the usual size comes and goes. */
const higher = 1.5;
const leastHigher = 20;

/**
 * Entries up to which a backlog is as usual. A count says nothing of an age: a queue that is longer, and worked off as fast as it
 * is filled, may keep nobody waiting. What is worked off within a second more keeps nobody waiting either (Little's law).
 *
 * @param most entries, the most of a time in which all was well
 * @param perSecond entries that were worked off a second in that time; 0 where nobody counts
 */
export function mostUsualBacklog(most: number, perSecond: number): number {
  return Math.max(higher * most, most + Math.max(leastHigher, perSecond));
}
