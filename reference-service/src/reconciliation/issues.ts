/** A coupon that was given to a user. */
export interface Issue {
  readonly userId: number;
  readonly at: Date;
  /** Undefined when no entry of the stream tells of it. */
  readonly streamId: string | undefined;
}

/**
 * Which coupons of a campaign hold: the first of each user, up to the stock. A row that the stream knows nothing of was
 * given out before what the stream still has.
 *
 * @param entries of the stream, one for each coupon that was given out, in that order
 * @param rows of the table, one for each user
 */
export function settleIssues(
  entries: readonly Issue[],
  rows: readonly Issue[],
  stock: number,
): { kept: Issue[]; surplus: Issue[] } {
  const inStream = new Set(entries.map(({ userId }) => userId));
  const holders = new Set<number>();
  const kept: Issue[] = [];
  const surplus: Issue[] = [];
  for (const issue of [...rows.filter(({ userId }) => !inStream.has(userId)), ...entries]) {
    const holds = holders.size < stock && !holders.has(issue.userId);
    (holds ? kept : surplus).push(issue);
    if (holds) holders.add(issue.userId);
  }
  return { kept, surplus };
}
