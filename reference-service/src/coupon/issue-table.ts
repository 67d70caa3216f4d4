import { type DeadLetter, storeDeadLetters } from '../stores/dead-letter.ts';
import { StoreFailure } from '../stores/failure.ts';
import type { Mysql, Session } from '../stores/mysql.ts';
import { mysqlErrorKind } from '../stores/mysql-error.ts';
import { deadEntry, type IssuedCoupon } from './stream-entry.ts';

// A coupon that is there already stays as it is: an entry may come twice. (IGNORE would hide other errors too.)
const insert = `INSERT INTO coupon_issue (campaign_id, user_id, issued_at, stream_id) VALUES ?
  ON DUPLICATE KEY UPDATE stream_id = coupon_issue.stream_id`;

/** Writes a batch as one statement; what the database refuses for good goes to the dead letters. Resolves with their number. */
export async function writeCoupons(
  mysql: Mysql,
  coupons: readonly IssuedCoupon[],
  broken: readonly DeadLetter[],
): Promise<number> {
  if (coupons.length > 0) {
    try {
      await mysql.session((session) => insertCoupons(session, coupons));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return writeOneByOne(mysql, coupons, broken);
    }
  }
  if (broken.length > 0) await mysql.session((session) => storeDeadLetters(session, broken));
  return broken.length;
}

/** One bad entry must not hold up the others of its batch. */
async function writeOneByOne(
  mysql: Mysql,
  coupons: readonly IssuedCoupon[],
  broken: readonly DeadLetter[],
): Promise<number> {
  const refused = [...broken];
  for (const coupon of coupons) {
    try {
      await mysql.session((session) => insertCoupons(session, [coupon]));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused.push(deadEntry(coupon.streamId, coupon, error instanceof Error ? error.message : String(error)));
    }
  }
  await mysql.session((session) => storeDeadLetters(session, refused));
  return refused.length;
}

async function insertCoupons(session: Session, coupons: readonly IssuedCoupon[]): Promise<void> {
  await session.writeMany(
    insert,
    coupons.map(({ campaignId, userId, at, streamId }) => [campaignId, userId, at, streamId]),
  );
}

// A missing table or column (SQL state 42…) is the schema's fault, not the entry's: wait for it to be mended.
function isRefusal(error: unknown): boolean {
  if (error instanceof StoreFailure || mysqlErrorKind(error) !== 'statement') return false;
  return error instanceof Error && 'sqlState' in error && !String(error.sqlState).startsWith('42');
}
