const uuid = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';

/**
 * The tables. Without foreign keys: a child row would take a shared lock on its product, and two orders that then want
 * to change it would deadlock. Times are UTC.
 */
export const tables = {
  app_user: 'id BIGINT UNSIGNED NOT NULL PRIMARY KEY',

  coupon_campaign: 'id BIGINT UNSIGNED NOT NULL PRIMARY KEY, stock BIGINT UNSIGNED NOT NULL',

  coupon_issue: `
    campaign_id BIGINT UNSIGNED NOT NULL,
    user_id BIGINT UNSIGNED NOT NULL,
    issued_at DATETIME(3) NOT NULL,
    stream_id VARCHAR(41) CHARACTER SET ascii NOT NULL,
    PRIMARY KEY (campaign_id, user_id),
    KEY by_user (user_id)`,

  product: `
    id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    price BIGINT UNSIGNED NOT NULL COMMENT 'KRW',
    stock BIGINT NOT NULL,
    initial_stock BIGINT NOT NULL`,

  orders: `
    id ${uuid} PRIMARY KEY,
    user_id BIGINT UNSIGNED NOT NULL,
    idempotency_key VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    body_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount BIGINT UNSIGNED NOT NULL COMMENT 'KRW',
    created_at DATETIME(3) NOT NULL,
    UNIQUE KEY once (idempotency_key)`,

  order_item: `
    order_id ${uuid},
    product_id BIGINT UNSIGNED NOT NULL,
    quantity INT UNSIGNED NOT NULL,
    price BIGINT UNSIGNED NOT NULL COMMENT 'KRW for one',
    PRIMARY KEY (order_id, product_id)`,

  outbox: `
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    event_id ${uuid},
    order_id ${uuid},
    user_id BIGINT UNSIGNED NOT NULL,
    payload VARCHAR(1000) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    sent_at DATETIME(3) NULL,
    KEY pending (sent_at, created_at)`,

  inbox: `
    event_id ${uuid} PRIMARY KEY,
    processed_at DATETIME(3) NOT NULL`,

  // No unique key on the order: the inbox, or the order's own transaction, keeps points from being given twice, and a
  // count here can prove it.
  point_ledger: `
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    event_id ${uuid},
    order_id ${uuid},
    user_id BIGINT UNSIGNED NOT NULL,
    points BIGINT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    KEY by_order (order_id),
    KEY by_user (user_id, id)`,

  point_balance: 'user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY, balance BIGINT NOT NULL',

  dead_letter: `
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    source VARCHAR(100) NOT NULL,
    source_id VARCHAR(100) NOT NULL,
    content VARCHAR(2000) NOT NULL,
    reason VARCHAR(500) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    UNIQUE KEY once (source, source_id)`,
} as const;

export function createTable(name: string, columns: string): string {
  return `CREATE TABLE IF NOT EXISTS \`${name}\` (${columns}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;
}
