import { Redis } from 'ioredis';
import { type Connection, createConnection } from 'mysql2/promise';

const tables = [
  'coupon_campaign (id BIGINT PRIMARY KEY, stock INT NOT NULL)',
  'coupon_issue (campaign_id BIGINT, user_id BIGINT, PRIMARY KEY (campaign_id, user_id))',
  'product (id BIGINT PRIMARY KEY, price INT NOT NULL, stock INT NOT NULL, initial_stock INT NOT NULL)',
  'orders (id BIGINT PRIMARY KEY, user_id BIGINT NOT NULL, idempotency_key VARCHAR(80), amount INT NOT NULL)',
  'order_item (order_id BIGINT, product_id BIGINT, quantity INT NOT NULL, PRIMARY KEY (order_id, product_id))',
  'outbox (id BIGINT PRIMARY KEY, order_id BIGINT NOT NULL, sent_at DATETIME(3) NULL)',
  'point_ledger (id BIGINT AUTO_INCREMENT PRIMARY KEY, event_id VARCHAR(40), order_id BIGINT, user_id BIGINT, points INT)',
  'point_balance (user_id BIGINT PRIMARY KEY, balance BIGINT NOT NULL)',
];

/** The stores of the coupon/order service after a run, small enough to count by hand. No key forbids what a test puts in. */
export async function openShop(redisUrl: string, mysqlUrl: string) {
  const redis = new Redis(redisUrl);
  const mysql: Connection = await createConnection(mysqlUrl);
  for (const table of tables) await mysql.query(`CREATE TABLE ${table} ENGINE = InnoDB`);

  const issue = async (user: number): Promise<void> => {
    await redis.xadd('coupon:issued', '*', 'campaignId', 1, 'userId', user, 'at', 0);
  };

  return {
    redis,
    mysql,
    issue,
    /** Users 1–10 hold the ten coupons; orders 1–3 of users 1–3 sold two pieces of product 1 each and gave ten points each. */
    fill: async () => {
      await redis.flushall();
      for (const table of tables) await mysql.query(`TRUNCATE TABLE ${table.split(' ')[0]}`);
      await mysql.query('INSERT INTO coupon_campaign VALUES (1, 10)');
      await redis.hset('coupon:campaign:1', { stock: 10, remaining: 0 });
      for (let user = 1; user <= 10; user += 1) {
        await issue(user);
        await redis.sadd('coupon:campaign:1:users', user);
        await mysql.query('INSERT INTO coupon_issue VALUES (1, ?)', [user]);
      }
      await mysql.query('INSERT INTO product VALUES (1, 100, 94, 100), (2, 100, 100, 100)');
      for (const order of [1, 2, 3]) {
        await mysql.query('INSERT INTO orders VALUES (?, ?, ?, 200)', [order, order, `key-${order}`]);
        await mysql.query('INSERT INTO order_item VALUES (?, 1, 2)', [order]);
        await mysql.query('INSERT INTO outbox VALUES (?, ?, NOW(3))', [order, order]);
        await mysql.query('INSERT INTO point_ledger (event_id, order_id, user_id, points) VALUES (?, ?, ?, 10)', [
          `event-${order}`,
          order,
          order,
        ]);
        await mysql.query('INSERT INTO point_balance VALUES (?, 10)', [order]);
      }
    },
    close: () => {
      redis.disconnect();
      mysql.destroy();
    },
  };
}

export type Shop = Awaited<ReturnType<typeof openShop>>;
