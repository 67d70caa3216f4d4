/** The oldest versions that loadkit works with. What it installs is pinned in `cli/toolchain/` (see `pinned.ts`). */
export const minimum = {
  k6: '1.0',
  redis: '7.0',
  /** Its first release, forked from Redis 7.2. */
  valkey: '7.2',
  mysql: '8.4',
  mariadb: '10.6',
  kafka: '3.7',
  java: '17',
  /** The first whose `/version` answers JSON. */
  toxiproxy: '2.7',
  /** The first that fetches a newer toolchain by itself when a module asks for one. */
  go: '1.21',
} as const;

/** The output that carries k6's series; `experimental-opentelemetry` before k6 1.4 behaves differently. */
export const k6Output = 'opentelemetry';
