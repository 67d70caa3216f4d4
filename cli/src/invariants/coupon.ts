import { type Check, counted, countedAgainstAnswers, countedWithAbsent } from './check.ts';
import { type Campaign, readCampaigns } from './issued-coupons.ts';
import type { Stores } from './stores.ts';

const endpoint = 'issue_coupon';

/** Coupons: what was given out, counted in the stream, because a unique key in the table hides duplicates. */
export function couponChecks(): readonly Check[] {
  // Five checks look at the same users; reading them once is most of the work.
  let reading: Promise<Campaign[]> | undefined;
  const campaigns = (stores: Stores): Promise<Campaign[]> => {
    reading ??= readCampaigns(stores);
    return reading;
  };

  return [
    {
      id: 'over-issue',
      count: async ({ stores }) => {
        const all = await campaigns(stores);
        const over = total(all, (each) => Math.max(0, mostIssued(each) - each.stock));
        return counted(over, { ...sizes(all), stock: total(all, ({ stock }) => stock) });
      },
    },
    {
      id: 'duplicate-issue',
      count: async ({ stores }) => {
        const all = await campaigns(stores);
        return counted(duplicates(all), {
          issued: total(all, ({ issued }) => issued),
          users: total(all, ({ streamUsers }) => streamUsers.size),
        });
      },
    },
    {
      id: 'redis-db-agree',
      count: async ({ stores, settled }) => {
        const all = await campaigns(stores);
        const rowMissing = total(all, ({ streamUsers, rowUsers }) => missing(streamUsers, rowUsers));
        const streamMissing = total(all, ({ streamUsers, rowUsers }) => missing(rowUsers, streamUsers));
        return countedWithAbsent(
          { absent: rowMissing, wrong: streamMissing, settled },
          { ...sizes(all), rowMissing, streamMissing },
        );
      },
    },
    {
      // The set is what refuses a second coupon: who is not in it gets one, who is in it without one never will.
      id: 'holder-set',
      count: async ({ stores }) => {
        const all = await campaigns(stores);
        const forgotten = total(all, ({ streamUsers, setUsers }) => missing(streamUsers, setUsers));
        const emptyHanded = total(all, ({ streamUsers, setUsers }) => missing(setUsers, streamUsers));
        const { issued, set } = sizes(all);
        const expiring = all.filter(({ setExpires }) => setExpires).length;
        return counted(forgotten + emptyHanded, { issued, set, forgotten, emptyHanded, expiring });
      },
    },
    {
      id: 'lost-issue',
      count: async (context) => {
        const all = await campaigns(context.stores);
        // A coupon that was given twice was acknowledged twice and is one row: a duplicate, not a loss.
        const rows = total(all, ({ rowUsers }) => rowUsers.size);
        const figures = { rows, duplicates: duplicates(all) };
        const { couponsTakenBack: takenBack } = context;
        if (takenBack === 0) return countedAgainstAnswers(['rows', 'duplicates'], endpoint, context, figures);
        return countedAgainstAnswers(['rows', 'duplicates', 'takenBack'], endpoint, context, { ...figures, takenBack });
      },
    },
  ];
}

function mostIssued({ issued, setUsers, rowUsers }: Campaign): number {
  return Math.max(issued, setUsers.size, rowUsers.size);
}

function duplicates(campaigns: readonly Campaign[]): number {
  return total(campaigns, ({ issued, streamUsers }) => issued - streamUsers.size);
}

function sizes(campaigns: readonly Campaign[]): { issued: number; set: number; rows: number } {
  return {
    issued: total(campaigns, ({ issued }) => issued),
    set: total(campaigns, ({ setUsers }) => setUsers.size),
    rows: total(campaigns, ({ rowUsers }) => rowUsers.size),
  };
}

function missing(wanted: ReadonlySet<string>, among: ReadonlySet<string>): number {
  let count = 0;
  for (const user of wanted) if (!among.has(user)) count += 1;
  return count;
}

function total<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
