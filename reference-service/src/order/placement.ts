import { z } from 'zod';
import type { OrderEvent } from '../outbox/order-event.ts';
import { type Accrual, pointStatements } from '../points/ledger.ts';
import { type Mysql, Rollback, type Session, type Statement } from '../stores/mysql.ts';
import { mysqlErrorKind } from '../stores/mysql-error.ts';
import { newUuid } from '../uuid.ts';
import { type RetryOptions, retryDeadlocks } from './deadlock-retry.ts';
import { inLockingOrder, type Locking } from './locking.ts';
import { findOrderByKey, type Order } from './order.ts';
import { bodyHash, type OrderBody, type OrderLine, orderLines } from './order-request.ts';

export type Placed =
  | { readonly outcome: 'CREATED' | 'REPLAYED'; readonly order: Order }
  | { readonly outcome: 'IDEMPOTENCY_KEY_REUSED' }
  | { readonly outcome: 'PRODUCT_NOT_FOUND' | 'OUT_OF_STOCK'; readonly productId: number };

/**
 * How an order owes its event to Kafka. `outbox`: as a row that is committed with it. `memory`: wrong on purpose, nothing
 * but the memory of the process knows of it.
 */
type EventPlace = 'outbox' | 'memory';

/** Looked at for each order: they may change. */
export interface OrderSettings {
  readonly locking: Locking;
  readonly deadlockRetries: number;
  /** From one product's lock to the next one's. */
  readonly lockGapMs: number;
  readonly accrual: Accrual;
  readonly event: EventPlace;
}

export interface PlacementOptions extends Omit<RetryOptions, 'retries'> {
  readonly settings: OrderSettings;
  /** Called when an order was placed together with its points. */
  readonly onAccrued: () => void;
  /** Called when an order was placed whose event stands nowhere yet. */
  readonly onEvent: (event: OrderEvent) => void;
}

export type PlaceOrder = (key: string, body: OrderBody) => Promise<Placed>;

interface Draft {
  readonly orderId: string;
  readonly key: string;
  readonly userId: number;
  readonly hash: string;
  readonly amount: number;
  readonly items: Order['items'];
  readonly at: Date;
  readonly event: OrderEvent;
  /** What is committed with the order: its points, or its event, or neither. */
  readonly owes: 'points' | EventPlace;
}

/** Places an order once for each key. A refusal leaves nothing behind, and the key free. */
export function orderPlacement(mysql: Mysql, options: PlacementOptions): PlaceOrder {
  return async (key, body) => {
    const hash = bodyHash(body);
    const lines = orderLines(body.items);
    const shelf = await mysql.session((session) => readShelf(session, lines));
    const refusal = refusedBy(shelf, lines);
    // A key that was used before wins over a refusal: the order may be the one that took the last piece.
    if (refusal !== undefined) return (await replay(mysql, key, hash)) ?? refusal;

    const items = lines.map((line) => ({ ...line, price: shelf.get(line.productId)?.price ?? 0 }));
    const amount = items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
    const { accrual, event: place, deadlockRetries: retries } = options.settings;
    const draft = draftOf({ key, userId: body.userId, hash, amount, items }, accrual === 'sync' ? 'points' : place);
    const written = await retryDeadlocks(() => write(mysql, draft, options.settings), { ...options, retries });
    if (written !== 'key-taken') {
      if (written.outcome === 'CREATED') tell(draft, options);
      return written;
    }
    return (await replay(mysql, key, hash)) ?? { outcome: 'IDEMPOTENCY_KEY_REUSED' };
  };
}

function draftOf(wanted: Pick<Draft, 'key' | 'userId' | 'hash' | 'amount' | 'items'>, owes: Draft['owes']): Draft {
  const { userId, amount } = wanted;
  const at = new Date();
  const orderId = newUuid();
  const event = { eventId: newUuid(), orderId, userId, amount, occurredAt: at.toISOString() };
  return { ...wanted, orderId, at, event, owes };
}

function tell({ event, owes }: Draft, { onAccrued, onEvent }: PlacementOptions): void {
  if (owes === 'points') onAccrued();
  if (owes === 'memory') onEvent(event);
}

interface ShelfItem {
  readonly price: number;
  readonly stock: number;
}

const shelfRows = z.array(z.object({ id: z.number(), price: z.number(), stock: z.number() }));

async function readShelf(session: Session, lines: readonly OrderLine[]): Promise<ReadonlyMap<number, ShelfItem>> {
  const marks = lines.map(() => '?').join(', ');
  const rows = await session.rows(
    `SELECT id, price, stock FROM product WHERE id IN (${marks})`,
    lines.map(({ productId }) => productId),
  );
  return new Map(shelfRows.parse(rows).map(({ id, price, stock }) => [id, { price, stock }]));
}

/** What can be said without a lock. That something is left can only be said with one. */
function refusedBy(shelf: ReadonlyMap<number, ShelfItem>, lines: readonly OrderLine[]): Placed | undefined {
  const unknown = lines.find(({ productId }) => !shelf.has(productId));
  if (unknown !== undefined) return { outcome: 'PRODUCT_NOT_FOUND', productId: unknown.productId };
  const short = lines.find(({ productId, quantity }) => (shelf.get(productId)?.stock ?? 0) < quantity);
  return short === undefined ? undefined : { outcome: 'OUT_OF_STOCK', productId: short.productId };
}

async function replay(mysql: Mysql, key: string, hash: string): Promise<Placed | undefined> {
  const stored = await mysql.session((session) => findOrderByKey(session, key));
  if (stored === undefined) return undefined;
  if (stored.bodyHash !== hash) return { outcome: 'IDEMPOTENCY_KEY_REUSED' };
  return { outcome: 'REPLAYED', order: stored.order };
}

/** Waits while another order with this key is not decided. */
async function write(
  mysql: Mysql,
  draft: Draft,
  { locking, lockGapMs }: Pick<OrderSettings, 'locking' | 'lockGapMs'>,
): Promise<Placed | 'key-taken'> {
  const records = recordStatements(draft);
  const locked = inLockingOrder(draft.items, locking);
  try {
    // Stock comes last: its rows are what orders compete for, and they stay locked until the commit. A balance, of which
    // an order locks one, always comes before it: orders of one user wait in a row, never in a circle.
    const takes = locked.map((line) => ({ productId: line.productId, statement: takeStatement(line) }));
    const gaps = lockGapMs === 0 ? [] : [gapStatement(lockGapMs)];
    const taking = takes.flatMap(({ statement }, index) => (index === 0 ? [statement] : [...gaps, statement]));
    return await mysql.together<Placed>([...records, ...taking], (results) => {
      const taken = results.slice(records.length);
      const short = takes.find(({ statement }) => taken[taking.indexOf(statement)]?.affectedRows === 0);
      if (short !== undefined) return new Rollback<Placed>({ outcome: 'OUT_OF_STOCK', productId: short.productId });
      return { outcome: 'CREATED', order: confirmed(draft) };
    });
  } catch (error) {
    if (mysqlErrorKind(error) === 'duplicate') return 'key-taken';
    throw error;
  }
}

function takeStatement({ productId, quantity }: OrderLine): Statement {
  return {
    sql: 'UPDATE product SET stock = stock - ? WHERE id = ? AND stock >= ?',
    parameters: [quantity, productId, quantity],
  };
}

function gapStatement(ms: number): Statement {
  return { sql: 'DO SLEEP(?)', parameters: [ms / 1_000] };
}

/** The order, its items, and its points: themselves, or the event that it owes to Kafka. */
function recordStatements({ orderId, key, userId, hash, amount, items, at, event, owes }: Draft): Statement[] {
  return [
    {
      sql: 'INSERT INTO orders (id, user_id, idempotency_key, body_hash, amount, created_at) VALUES (?, ?, ?, ?, ?, ?)',
      parameters: [orderId, userId, key, hash, amount, at],
    },
    {
      sql: `INSERT INTO order_item (order_id, product_id, quantity, price) VALUES ${items.map(() => '(?, ?, ?, ?)').join(', ')}`,
      parameters: items.flatMap(({ productId, quantity, price }) => [orderId, productId, quantity, price]),
    },
    ...(owes === 'points' ? pointStatements(event, at) : []),
    ...(owes === 'outbox' ? [outboxStatement(event, at)] : []),
  ];
}

function outboxStatement(event: OrderEvent, at: Date): Statement {
  return {
    sql: 'INSERT INTO outbox (event_id, order_id, user_id, payload, created_at) VALUES (?, ?, ?, ?, ?)',
    parameters: [event.eventId, event.orderId, event.userId, JSON.stringify(event), at],
  };
}

function confirmed({ orderId, userId, amount, items, at }: Draft): Order {
  const shown = items.toSorted((a, b) => a.productId - b.productId);
  return { orderId, userId, amount, items: shown, createdAt: at.toISOString() };
}
